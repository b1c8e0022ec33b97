import { toHex, utf8 } from "../bytes.ts";
import { node, sha256 } from "../crypto.ts";
import { derIn, type Der } from "../der.ts";

/**
 * Digests, and the digests that signature algorithms fix, by the last three bytes of their object identifier (RFC 5754,
 * RFC 8017, RFC 8410). Empty: that of the signer; null: none.
 */
const ALGORITHMS: Readonly<Record<string, string | null>> = {
  "040201": "sha256",
  "040202": "sha384",
  "040203": "sha512",
  "010101": "",
  "01010a": "",
  "01010b": "sha256",
  "01010c": "sha384",
  "01010d": "sha512",
  "040302": "sha256",
  "040303": "sha384",
  "040304": "sha512",
  "2b6570": null,
};
const PSS = "01010a";
const MESSAGE_DIGEST = "010904";
const TIMESTAMPING = "1.3.6.1.5.5.7.3.8";
const CERTIFICATES = 0xa0;

/**
 * Checks an RFC 3161 response by the certificates that come with it (RFC 5652, section 5.4): it is of this note and this time,
 * its content is what was signed, and the certificate is for timestamps and was valid then. Returns that certificate: its
 * subject and its SHA-256. Whether it belongs to an authority one trusts is another question. Throws an error that says what is
 * wrong. Undefined in a browser, and for an algorithm that is not known here.
 */
export function signerOf(der: Uint8Array, note: string, at: number): string | undefined {
  if (node === undefined) return undefined;
  const { constants, createHash, verify, X509Certificate } = node;
  const [response] = derIn(der);
  const fields = partOf(response, 1, 1, 0).parts;
  const content = partOf(fields[2], 1, 0).content;
  const [info] = derIn(content);
  const digits = String.fromCharCode(...partOf(info, 4).content);
  const stated = digits.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d).*/, "$1-$2-$3T$4:$5:$6Z");
  const isOfNote = toHex(partOf(info, 2, 1).content) === toHex(sha256(utf8(note)));
  if (!isOfNote || Date.parse(stated) !== Math.floor(at / 1_000) * 1_000)
    throw new Error("is of another checkpoint or time");

  const signer = partOf(fields.at(-1), 0);
  const [digest, algorithm] = [kindOf(partOf(signer, 2, 0)), kindOf(partOf(signer, 4, 0))];
  const [hash, fixed] = [ALGORITHMS[digest], ALGORITHMS[algorithm]];
  if (typeof hash !== "string" || fixed === undefined) return undefined;
  const attributes = partOf(signer, 3);
  const named = attributes.parts.find((each) => kindOf(partOf(each, 0)) === MESSAGE_DIGEST);
  const isSigned = createHash(hash).update(content).digest("hex") === toHex(partOf(named, 1, 0).content);
  // The attributes are signed as the SET that they are.
  const signed = Uint8Array.from(attributes.whole);
  signed[0] = 0x31;
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO };
  const certificate = fields
    .find(({ tag }) => tag === CERTIFICATES)
    ?.parts.map(({ whole }) => new X509Certificate(whole))
    .find(({ publicKey: key }) => {
      try {
        const by = algorithm === PSS ? { key, ...pss } : key;
        return verify(fixed === "" ? hash : fixed, signed, by, partOf(signer, 5).content);
      } catch {
        return false;
      }
    });
  if (!isSigned || certificate === undefined) throw new Error("is not signed by a certificate that comes with it");
  const { keyUsage, raw, subject, validFrom, validTo } = certificate;
  if (String(keyUsage) !== TIMESTAMPING || at < Date.parse(validFrom) || at > Date.parse(validTo))
    throw new Error("is signed by a certificate that was not for timestamps then");
  return `${subject.replace(/\n/g, ", ")}, certificate ${toHex(sha256(raw))}`;
}

function kindOf({ content }: Der): string {
  return toHex(content).slice(-6);
}

/** The part at the end of a path. Throws if there is none. */
function partOf(value: Der | undefined, ...path: readonly number[]): Der {
  const found = path.reduce<Der | undefined>((part, place) => part?.parts[place], value);
  if (found === undefined) throw new Error("is not a timestamp (RFC 3161)");
  return found;
}
