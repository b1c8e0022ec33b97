import { bytes, cursor, latin1, u16, u32, u32le } from "../bytes.ts";
import { is, OTHER, short, type Hello, type Parsed, type Reading } from "../reading.ts";
import { firstLine } from "./line-greetings.ts";

/** RESP: PING, and of a server that answers it without a password, INFO of itself. No key is read. */
function redis(reply: Uint8Array, last: boolean): Parsed {
  const line = firstLine(reply, last);
  if (line === undefined) return "+-".includes(latin1(reply.subarray(0, 1))) ? short(last) : OTHER;
  if (/^-(NOAUTH|WRONGPASS|DENIED Redis|ERR operation not permitted)/.test(line)) {
    return is({ service: "redis", product: "Redis", confidence: "high", access: "authenticated" });
  }
  if (line !== "+PONG") return OTHER;
  const reading: Reading = { service: "redis", confidence: "high", access: "anonymous" };
  return {
    kind: "ask",
    reading,
    send: bytes("*2\r\n$4\r\nINFO\r\n$6\r\nserver\r\n"),
    next: (answer, done) => {
      const text = latin1(answer.subarray(0, 8_192));
      if (!text.startsWith("$")) return text === "" ? short(done) : OTHER;
      const size = /^\$(\d{1,5})\r\n/.exec(text);
      if (size === null || text.length < Math.min(8_192, size[0].length + Number(size[1]))) {
        if (!done) return short(done);
      }
      const valkey = /\nvalkey_version:([\w.-]{1,40})/.exec(text)?.[1];
      const version = valkey ?? /redis_version:([\w.-]{1,40})/.exec(text)?.[1];
      const product = valkey !== undefined ? "Valkey" : "Redis";
      return is({ ...reading, ...(version === undefined ? {} : { product, version }) });
    },
  };
}

/** The text protocol of memcached; gearmand answers the same request in its own way. */
function memcached(reply: Uint8Array, last: boolean): Parsed {
  const line = firstLine(reply, last);
  if (line === undefined) return short(last);
  const cache = /^VERSION (\d[\w.+-]{0,40})$/.exec(line)?.[1];
  if (cache !== undefined) {
    return is({ service: "memcached", product: "memcached", version: cache, confidence: "high", access: "anonymous" });
  }
  const gearman = /^OK (\d[\w.+-]{0,40})$/.exec(line)?.[1];
  if (gearman !== undefined) {
    return is({ service: "gearman", product: "gearmand", version: gearman, confidence: "high", access: "anonymous" });
  }
  return OTHER;
}

/** beanstalkd answers `stats` with a YAML document about itself. */
function beanstalk(reply: Uint8Array, last: boolean): Parsed {
  const text = latin1(reply.subarray(0, 4_096));
  if (text.startsWith("UNKNOWN_COMMAND\r\n"))
    return is({ service: "beanstalk", product: "beanstalkd", confidence: "high" });
  if (!/^OK \d{1,5}\r\n---\n/.test(text)) return last || text.length >= 16 ? OTHER : short(last);
  if (!last && !text.includes("hostname:") && text.length < 4_096) return short(last);
  const version = /\nversion: "?([\w.+-]{1,40})/.exec(text)?.[1];
  return is({
    service: "beanstalk",
    product: "beanstalkd",
    ...(version === undefined ? {} : { version }),
    confidence: "high",
    access: "anonymous",
  });
}

/** ZooKeeper's four-letter word `srvr`: its version and counters, never a node. */
function zookeeper(reply: Uint8Array, last: boolean): Parsed {
  const line = firstLine(reply, last);
  if (line === undefined) return short(last);
  const version = /^Zookeeper version: (\d[\d.]{0,20})/i.exec(line)?.[1];
  if (version !== undefined) return is({ service: "zookeeper", product: "ZooKeeper", version, confidence: "high" });
  return /srvr is not executed because it is not in the whitelist/.test(line)
    ? is({ service: "zookeeper", product: "ZooKeeper", confidence: "high" })
    : OTHER;
}

function postgresHello(): Uint8Array {
  const body = bytes(u32(196_608), "user\0postgres\0database\0postgres\0application_name\0portolan\0\0");
  return bytes(u32(body.length + 4), body);
}

/**
 * PostgreSQL's message flow, "Start-up". AuthenticationOk without a question is `trust`; then the server also says its
 * version. The connection is ended before any query.
 */
function postgresql(reply: Uint8Array, last: boolean): Parsed {
  if (reply.length === 0) return short(last);
  const read = cursor(reply);
  const type = String.fromCharCode(read.u8());
  const length = read.u32();
  if (read.short) return "REN".includes(type) ? short(last) : OTHER;
  if (length < 8 || length > 4_096) return OTHER;
  if (type === "E") {
    const text = latin1(reply.subarray(5, 1 + length));
    if (!/^S[A-Z\p{L}]{3,20}\0/u.test(text)) return OTHER;
    const refused = /\0C(28000|28P01)\0/.test(text);
    return is({
      service: "postgresql",
      product: "PostgreSQL",
      confidence: "high",
      ...(refused ? { access: "authenticated" as const } : {}),
    });
  }
  if (type !== "R") return OTHER;
  const method = read.u32();
  if (read.short) return short(last);
  const reading: Reading = { service: "postgresql", product: "PostgreSQL", confidence: "high" };
  if (method !== 0) return method <= 12 ? is({ ...reading, access: "authenticated" }) : OTHER;
  const text = latin1(reply.subarray(0, 8_192));
  const parameter = /server_version\0(\d[\w.]{0,20})([^\0]{0,60})\0/.exec(text);
  if (parameter === null && !last && !/Z\0\0\0\x05/.test(text)) return short(last);
  const distribution = /\((Debian|Ubuntu)/.exec(parameter?.[2] ?? "")?.[1];
  return is({
    ...reading,
    access: "anonymous",
    ...(parameter?.[1] === undefined ? {} : { version: parameter[1] }),
    ...(distribution === undefined ? {} : { distribution }),
  });
}

/** MS-TDS 2.2.6.5: PRELOGIN with the options VERSION and ENCRYPTION. */
function mssql(reply: Uint8Array, last: boolean): Parsed {
  if (reply.length < 8) return reply[0] === 4 ? short(last) : OTHER;
  const length = ((reply[2] ?? 0) << 8) | (reply[3] ?? 0);
  if (reply[0] !== 4 || (reply[1] ?? 0) > 1 || length < 20 || length > 512) return OTHER;
  if (reply.length < length) return short(last);
  const body = reply.subarray(8, length);
  const read = cursor(body);
  if (read.u8() !== 0) return OTHER;
  const at = read.u16();
  const version = cursor(body.subarray(at));
  const [major, minor, build] = [version.u8(), version.u8(), version.u16()];
  if (version.short) return OTHER;
  return is({
    service: "mssql",
    product: "Microsoft SQL Server",
    version: `${major}.${minor}.${build}`,
    confidence: "high",
  });
}

function tnsHello(host: string): Uint8Array {
  const data = `(DESCRIPTION=(CONNECT_DATA=(CID=(PROGRAM=portolan))(COMMAND=VERSION))(ADDRESS=(PROTOCOL=TCP)(HOST=${host.replace(/[^\w.:-]/g, "")})))`;
  const head = bytes(u16(0x0136), u16(0x012c), u16(0), u16(0x0800), u16(0x7fff), u16(0x7f08), u16(0), u16(1));
  const rest = bytes(u16(data.length), u16(58), u32(0), [0, 0], new Uint8Array(24));
  const body = bytes(head, rest, data);
  return bytes(u16(body.length + 8), u16(0), 1, 0, u16(0), body);
}

/** Oracle's TNS: accept (2), refuse (4), redirect (5), resend (11), with text that names the version in hex. */
function oracle(reply: Uint8Array, last: boolean): Parsed {
  if (reply.length < 8) return reply.length > 1 && reply[0] !== 0 ? OTHER : short(last);
  const length = ((reply[0] ?? 0) << 8) | (reply[1] ?? 0);
  const [type, checksum] = [reply[4] ?? 0, (reply[2] ?? 0) | (reply[3] ?? 0)];
  if (![2, 4, 5, 11].includes(type) || checksum !== 0 || length < 8 || length > 4_096 || reply[5] !== 0) return OTHER;
  const text = latin1(reply.subarray(8, 4_096));
  if (type !== 11 && !text.includes("(")) return last ? OTHER : short(last);
  const number = Number(/VSNNUM=(\d{1,10})/.exec(text)?.[1] ?? 0);
  const version = `${number >>> 24}.${(number >>> 20) & 15}.${(number >>> 12) & 255}.${(number >>> 8) & 15}`;
  return is({
    service: "oracle-tns",
    product: "Oracle Net Listener",
    ...(number > 0 ? { version } : {}),
    confidence: type === 11 ? "medium" : "high",
  });
}

/** The native protocol of Cassandra: OPTIONS, answered by SUPPORTED or by an error that names the versions spoken. */
function cassandra(reply: Uint8Array, last: boolean): Parsed {
  if (reply.length < 9) return (reply[0] ?? 0x80) >= 0x83 && (reply[0] ?? 0x80) <= 0x86 ? short(last) : OTHER;
  const opcode = reply[4];
  if ((reply[0] ?? 0) < 0x81 || (reply[0] ?? 0) > 0x86) return OTHER;
  if (opcode === 0) return is({ service: "cassandra", confidence: "medium" });
  const text = latin1(reply.subarray(9, 1_024));
  return opcode === 6 && text.includes("CQL_VERSION") ? is({ service: "cassandra", confidence: "high" }) : OTHER;
}

export const STORE_HELLOS: readonly Hello[] = [
  { name: "redis", ports: [6379, 6380, 26379], general: 3, hello: () => bytes("*1\r\n$4\r\nPING\r\n"), parse: redis },
  { name: "memcached", ports: [11211, 4730], general: 2, hello: () => bytes("version\r\n"), parse: memcached },
  { name: "beanstalk", ports: [11300], hello: () => bytes("stats\r\n"), parse: beanstalk },
  { name: "zookeeper", ports: [2181, 2182], general: 15, hello: () => bytes("srvr"), parse: zookeeper },
  { name: "postgresql", ports: [5432, 5433, 6432], general: 4, hello: postgresHello, parse: postgresql },
  {
    name: "mssql",
    ports: [1433, 1434],
    general: 16,
    hello: () => bytes([0x12, 1, 0, 26, 0, 0, 1, 0], 0, u16(11), u16(6), 1, u16(17), u16(1), 0xff, u32le(0), [0, 0], 2),
    parse: mssql,
  },
  { name: "oracle", ports: [1521, 1522, 1526], hello: tnsHello, parse: oracle },
  {
    name: "cassandra",
    ports: [9042, 9142],
    general: 17,
    hello: () => bytes([4, 0, 0, 0, 5, 0, 0, 0, 0]),
    parse: cassandra,
  },
];
