/** A domain name on the wire (RFC 1035, sections 3.1 and 4.1.4), and as text. */

const LONGEST_LABEL = 63;
/** Octets on the wire, with the length of each label and the root. */
const LONGEST_NAME = 255;

/** A message that is not what the protocol allows; completes "the answer cannot be read: …". */
export class Malformed extends Error {}

/** `example.com` in wire form, in lower case. @throws Malformed for a name that DNS does not allow */
export function nameToWire(name: string): Uint8Array {
  const labels = name.toLowerCase().replace(/\.$/, "").split(".");
  const parts = name === "" || name === "." ? [] : labels.map((label) => Buffer.from(label, "latin1"));
  if (parts.some(({ length }) => length === 0 || length > LONGEST_LABEL)) {
    throw new Malformed("a label of a name has no character, or more than 63");
  }
  const wire = Buffer.concat([...parts.flatMap((part) => [Buffer.of(part.length), part]), Buffer.of(0)]);
  if (wire.length > LONGEST_NAME) throw new Malformed("a name is longer than 255 octets");
  return wire;
}

/**
 * Reads the name at an offset of a message, and where the next field begins. As text, it is in lower case without the last
 * dot; other characters than letters, digits and `-_*` are written `\DDD`. A pointer leads only backwards, so that no chain
 * of them is endless.
 */
export function readName(message: Uint8Array, offset: number): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let [at, length, lowest] = [offset, 1, offset];
  let end: number | undefined;
  for (;;) {
    const size = octetAt(message, at);
    if (size === 0) return { name: labels.join("."), end: end ?? at + 1 };
    if (size >= 0xc0) {
      const target = ((size & 0x3f) << 8) | octetAt(message, at + 1);
      if (target >= lowest) throw new Malformed("a compressed name does not lead backwards");
      end ??= at + 2;
      lowest = target;
      at = target;
      continue;
    }
    if (size > LONGEST_LABEL) throw new Malformed("a name has a label of an unknown kind");
    length += size + 1;
    if (length > LONGEST_NAME) throw new Malformed("a name is longer than 255 octets");
    labels.push(labelText(message, at + 1, size));
    at += size + 1;
  }
}

function labelText(message: Uint8Array, from: number, size: number): string {
  let text = "";
  for (let at = from; at < from + size; at += 1) {
    const character = String.fromCharCode(octetAt(message, at));
    text += /[-\w*]/.test(character) ? character : `\\${String(character.charCodeAt(0)).padStart(3, "0")}`;
  }
  return text.toLowerCase();
}

function octetAt(message: Uint8Array, at: number): number {
  const octet = message[at];
  if (octet === undefined) throw new Malformed("it ends within a name");
  return octet;
}
