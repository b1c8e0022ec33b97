import { bytes, cursor, latin1, u32le } from "../bytes.ts";
import { is, OTHER, short, type Greeting, type Parsed, type Reading } from "../reading.ts";

const GREETING = 10;
const ERROR = 0xff;
/** CLIENT_PROTOCOL_41, CLIENT_SECURE_CONNECTION, CLIENT_PLUGIN_AUTH. */
const CAPABILITIES = 0x0200 | 0x8000 | 0x0008_0000;

/** A packet of the MySQL client protocol: length (3, little-endian), sequence number, payload. */
function packet(sequence: number, payload: Uint8Array): Uint8Array {
  const { length } = payload;
  return bytes([length & 255, (length >> 8) & 255, (length >> 16) & 255, sequence], payload);
}

/**
 * Protocol::HandshakeV10, or an ERR packet from a server that does not talk to this host. Attempts to log in as the
 * anonymous user: a handshake that is left unfinished would count towards `max_connect_errors` and lock this host out.
 */
function mysql(reply: Uint8Array, last: boolean): Parsed {
  if (reply.length < 5) return short(last);
  const length = (reply[0] ?? 0) | ((reply[1] ?? 0) << 8);
  if (reply[2] !== 0 || reply[3] !== 0 || length < 5 || length > 1_024) return OTHER;
  const read = cursor(reply.subarray(4));
  const kind = read.u8();
  if (kind === ERROR) {
    const text = latin1(reply.subarray(7, 4 + length));
    if (!/[\x20-\x7e]{8}/.test(text)) return OTHER;
    const product = /MariaDB/i.test(text) ? "MariaDB" : /MySQL/i.test(text) ? "MySQL" : undefined;
    return is({ service: "mysql", confidence: "medium", ...(product === undefined ? {} : { product }) });
  }
  if (kind !== GREETING) return OTHER;
  const version = latin1(read.until(0));
  if (read.short) return short(last);
  if (!/^\d{1,3}\.\d/.test(version)) return OTHER;
  const reading: Reading = { service: "mysql", confidence: "high", fields: { "mysql.version": version } };
  return {
    kind: "ask",
    reading,
    send: packet(
      1,
      bytes(u32le(CAPABILITIES), u32le(1 << 20), 45, new Uint8Array(23), 0, 0, "mysql_native_password\0"),
    ),
    next: (answer, done) => {
      if (answer.length < 5) return short(done);
      if (answer[4] === 0) return is({ ...reading, access: "anonymous" });
      // A request for another method, or for more data, does not show whether there is an anonymous user.
      return is(answer[4] === ERROR ? { ...reading, access: "authenticated" } : reading);
    },
  };
}

export const MYSQL: Greeting = { name: "mysql", ports: [3306, 3307, 33060], parse: mysql };
