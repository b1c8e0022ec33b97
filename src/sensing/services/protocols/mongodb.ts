import { bytes, cursor, latin1, u32le } from "../bytes.ts";
import { is, OTHER, short, type Hello, type Parse, type Parsed, type Reading } from "../reading.ts";

const OP_MSG = 2_013;
/** No reply's text: one of its fields is always longer. */
const MORE = "";

/** A BSON document of string and 32-bit integer values. */
function document(fields: Readonly<Record<string, string | number>>): Uint8Array {
  const elements = Object.entries(fields).map(([name, value]) =>
    typeof value === "number"
      ? bytes(0x10, `${name}\0`, u32le(value))
      : bytes(0x02, `${name}\0`, u32le(value.length + 1), `${value}\0`),
  );
  const body = bytes(...elements, 0);
  return bytes(u32le(body.length + 4), body);
}

/** OP_MSG with one section of kind 0. */
function message(command: Readonly<Record<string, string | number>>): Uint8Array {
  const body = bytes(u32le(0), 0, document({ ...command, $db: "admin" }));
  return bytes(u32le(body.length + 16), u32le(1), u32le(0), u32le(OP_MSG), body);
}

/** The BSON text of the reply once it is whole, or the first 8 KiB of it; MORE while it is not; undefined for no OP_MSG. */
function replyText(reply: Uint8Array, last: boolean): string | undefined {
  const read = cursor(reply);
  const length = read.u32le();
  read.take(8);
  const opcode = read.u32le();
  if (read.short) return last ? undefined : MORE;
  if (opcode !== OP_MSG || length < 26 || length > 48_000_000) return undefined;
  if (reply.length < Math.min(length, 8_192)) return last ? undefined : MORE;
  return latin1(reply.subarray(16, 8_192));
}

/** One reply after the other: `read` returns the result for its text. */
function reading(read: (text: string) => Parsed): Parse {
  return (reply, last) => {
    const text = replyText(reply, last);
    if (text === undefined) return OTHER;
    return text === MORE ? short(last) : read(text);
  };
}

/**
 * `hello` (or the error it gives), then `buildInfo`, which needs no login, for the version, then `getLog: "*"`, which
 * does: it lists the logs and reads none. No database, collection or document is asked for.
 */
function mongodb(reply: Uint8Array, last: boolean): Parsed {
  return reading((text) => {
    if (!/maxWireVersion\0|errmsg\0/.test(text)) return OTHER;
    const known: Reading = { service: "mongodb", product: "MongoDB", confidence: "high" };
    return {
      kind: "ask",
      reading: known,
      send: message({ buildInfo: 1 }),
      next: reading((info) => built(known, info)),
    };
  })(reply, last);
}

function built(known: Reading, text: string): Parsed {
  const version = /\x02version\0[^]{4}(\d[\w.+-]{0,40})\0/.exec(text)?.[1];
  const told = version === undefined ? known : { ...known, version };
  return {
    kind: "ask",
    reading: told,
    send: message({ getLog: "*" }),
    next: reading((answer) => {
      if (/\x01ok\0\0\0\0\0\0\0\xf0\x3f/.test(answer)) return is({ ...told, access: "anonymous" });
      return is(/Unauthorized|requires authentication/.test(answer) ? { ...told, access: "authenticated" } : told);
    }),
  };
}

export const MONGODB: Hello = {
  name: "mongodb",
  ports: [27017, 27018, 27019],
  general: 8,
  hello: () => message({ hello: 1 }),
  parse: mongodb,
};
