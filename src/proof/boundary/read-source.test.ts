import { expect, it } from "vitest";
import { readSource } from "./read-source.ts";

const NOON = Date.parse("2026-03-14T12:00:00Z");
const read = (content: string | Uint8Array, kind?: "cmdb") =>
  readSource(typeof content === "string" ? Buffer.from(content) : content, { kind, columns: {}, asOf: NOON });

it.each([
  ["zone", "; ours\n$ORIGIN z.\na A 10.0.0.1\n"],
  ["zone", "z. 3600 IN SOA ns.z. h.z. 1 2 3 4 5\na.z. A 10.0.0.1\n"],
  ["inventory", '\n {"NetworkInterfaces":[{"PrivateIpAddress":"10.0.0.1"}]}'],
  ["dhcp", "lease 10.0.0.1 {\n  binding state active;\n}\n"],
])("knows a %s by its content", (kind, text) => {
  expect(read(text)).toMatchObject({ kind, records: [{ address: "10.0.0.1" }] });
});

it.each(["name,ip\na,10.0.0.1\n", "a A 10.0.0.1\n", "", "10.0.0.1\n", "$TTL 60\nlease 10.0.0.1 {\n}\n"])(
  "does not guess the kind of %j",
  (text) =>
    expect(() => read(text)).toThrow(expect.objectContaining({ next: expect.stringMatching(/--kind zone/) as string })),
);

it.each(["utf-8", "utf-16le", "utf-16be"])("reads %s with a byte order mark", (encoding) => {
  const text = Buffer.from("\ufeffname,ip\nbüro,10.0.0.1\n", encoding === "utf-8" ? "utf8" : "utf16le");
  const content = encoding === "utf-16be" ? text.swap16() : text;
  expect(read(content, "cmdb").records).toMatchObject([{ name: "büro", address: "10.0.0.1" }]);
});

it.each([Buffer.from("name,ip\nb\xfcro,10.0.0.1\n", "latin1"), Buffer.from("ip\n\0"), Buffer.from([0xff, 0xfe, 0])])(
  "does not guess another encoding",
  (content) =>
    expect(() => read(content, "cmdb")).toThrow(
      expect.objectContaining({ next: expect.stringMatching(/iconv/) as string }),
    ),
);

it("refuses a file that says nothing, with what it left out", () => {
  expect(() => read("ip\n10.0.0.0/8\n", "cmdb")).toThrow(/no addresses: 1 values, line 2: 10\.0\.0\.0\/8/);
  expect(() => read("ip\n", "cmdb")).toThrow(
    expect.objectContaining({ next: "Check that it is the right file, of the right kind." }),
  );
});
