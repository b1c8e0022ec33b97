import { describe, expect, it } from "vitest";
import { bytes, u16, u32, u32le } from "./bytes.ts";
import { GREETINGS, HELLOS } from "./protocols/index.ts";
import type { Parsed } from "./reading.ts";

/** Servers that no Debian package brings: replies put together from their specifications, not recorded. */

function parse(name: string, reply: Uint8Array): Parsed {
  const hello = HELLOS.find((each) => each.name === name);
  if (hello === undefined) throw new Error(`there is no ${name}`);
  return hello.parse(reply, true);
}
const reading = (parsed: Parsed) => (parsed.kind === "is" || parsed.kind === "ask" ? parsed.reading : parsed.kind);
const json = (status: string, body: unknown, headers = ""): Uint8Array => {
  const text = JSON.stringify(body);
  return bytes(`HTTP/1.1 ${status}\r\n${headers}Content-Length: ${text.length}\r\n\r\n${text}`);
};

function mongo(document: Uint8Array): Uint8Array {
  const body = bytes(u32le(0), 0, u32le(document.length + 5), document, 0);
  return bytes(u32le(body.length + 16), u32le(9), u32le(1), u32le(2_013), body);
}
const double = (name: string, value: number): Uint8Array => {
  const number = Buffer.alloc(8);
  number.writeDoubleLE(value);
  return bytes(0x01, `${name}\0`, number);
};
const string = (name: string, value: string): Uint8Array =>
  bytes(0x02, `${name}\0`, u32le(value.length + 1), `${value}\0`);

describe("replies from the specifications", () => {
  it("MS-TDS 2.2.6.5, PRELOGIN", () => {
    const options = bytes(0, u16(11), u16(6), 1, u16(17), u16(1), 0xff, 15, 0, u16(4_153), u16(0), 2);
    const reply = bytes([4, 1], u16(options.length + 8), [0, 0, 1, 0], options);
    expect(reading(parse("mssql", reply))).toMatchObject({ product: "Microsoft SQL Server", version: "15.0.4153" });
  });

  it("MySQL: an anonymous user, a refusal, and a request that proves neither", () => {
    const greeting = bytes([40, 0, 0, 0, 10], "8.0.36\0", new Uint8Array(33));
    const mysql = GREETINGS.find(({ name }) => name === "mysql")?.parse(greeting, true);
    if (mysql?.kind !== "ask") throw new Error(mysql?.kind);
    const after = (first: number) => reading(mysql.next(bytes([3, 0, 0, 2, first, 0, 0]), true));
    expect(after(0)).toMatchObject({ access: "anonymous" });
    expect(after(0xff)).toMatchObject({ access: "authenticated" });
    expect(after(0xfe)).not.toHaveProperty("access");
  });

  it("MongoDB: hello, buildInfo, and whether anybody can request more", () => {
    const hello = parse("mongodb", mongo(bytes(0x10, "maxWireVersion\0", u32le(21), double("ok", 1))));
    if (hello.kind !== "ask") throw new Error(hello.kind);
    const built = hello.next(mongo(bytes(string("version", "7.0.5"), double("ok", 1))), true);
    if (built.kind !== "ask") throw new Error(built.kind);
    const open = built.next(mongo(double("ok", 1)), true);
    expect(reading(open)).toMatchObject({ product: "MongoDB", version: "7.0.5", access: "anonymous" });
    const refused = built.next(mongo(bytes(double("ok", 0), string("codeName", "Unauthorized"))), true);
    expect(reading(refused)).toMatchObject({ version: "7.0.5", access: "authenticated" });
  });

  it("Kafka's ApiVersions, with the id of the request and no other", () => {
    const reply = (id: string): Uint8Array => bytes(u32(16), id, u16(0), u32(1), u16(0), u16(0), u16(9));
    expect(reading(parse("kafka", reply("PORT")))).toMatchObject({ service: "kafka" });
    expect(reading(parse("kafka", reply("OTHR")))).toBe("other");
  });

  it("Cassandra's SUPPORTED", () => {
    const body = bytes(u16(1), u16(11), "CQL_VERSION", u16(1), u16(5), "3.4.6");
    expect(reading(parse("cassandra", bytes([0x84, 0, 0, 0, 6], u32(body.length), body)))).toMatchObject({
      service: "cassandra",
    });
  });

  it("Oracle's TNS refusal, with the version in it", () => {
    const text = `(DESCRIPTION=(TMP=)(VSNNUM=${(19 << 24) >>> 0})(ERR=0))`;
    const body = bytes([0, 0], u16(text.length), text);
    const reply = bytes(u16(body.length + 8), u16(0), 4, 0, u16(0), body);
    expect(reading(parse("oracle", reply))).toMatchObject({ service: "oracle-tns", version: "19.0.0.0" });
  });

  it.each([
    [
      "Elasticsearch",
      json("200 OK", { tagline: "You Know, for Search", version: { number: "8.11.1" } }),
      "8.11.1",
      "anonymous",
    ],
    [
      "OpenSearch",
      json("200 OK", { version: { distribution: "opensearch", number: "2.11.0" } }),
      "2.11.0",
      "anonymous",
    ],
    ["Docker", json("200 OK", { ApiVersion: "1.43", Version: "24.0.7" }), "24.0.7", "anonymous"],
    ["Kubernetes", json("200 OK", { gitVersion: "v1.28.3" }), "1.28.3", undefined],
    ["Kubernetes", json("401 Unauthorized", { kind: "Status", apiVersion: "v1" }), undefined, "authenticated"],
    ["CouchDB", json("200 OK", { couchdb: "Welcome", version: "3.3.2" }), "3.3.2", undefined],
  ])("%s over HTTP", (product, reply, version, access) => {
    const read = reading(parse("http", reply));
    expect(read).toMatchObject({ product });
    if (typeof read === "string") return;
    expect([read.version, read.access]).toEqual([version, access]);
  });

  it("JDWP, rlogin, NFS and HTTP/2", () => {
    expect(reading(parse("jdwp", bytes("JDWP-Handshake")))).toMatchObject({ access: "anonymous" });
    expect(reading(parse("rlogin", bytes("\x01rlogind: Permission denied.\r\n")))).toMatchObject({ service: "rlogin" });
    const accepted = bytes("PORT", u32(1), u32(0), u32(0), u32(0), u32(0));
    expect(reading(parse("nfs", bytes(u32(0x8000_0000 + accepted.length), accepted)))).toMatchObject({
      service: "nfs",
    });
    expect(reading(parse("http2", bytes([0, 0, 6, 4, 0], u32(0), [0, 3, 0, 0, 0, 100])))).toMatchObject({
      service: "http2",
    });
  });
});
