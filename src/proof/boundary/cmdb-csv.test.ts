import fc from "fast-check";
import { expect, it } from "vitest";
import { readCsv } from "./cmdb-csv.ts";

const read = (text: string, columns = {}) =>
  readCsv(text, columns).records.map(({ name, address, detail }) => `${name ?? "-"} ${address ?? "-"} ${detail}`);

it("reads known titles, several addresses in a cell, and names without an address", () => {
  const text = `Name,IP Address,IPv6,Comment\r\nweb-1,"10.0.0.1, 10.0.0.2",2001:DB8::1,"a ""b"", c"\r\n\r\nsw-1,,,x\r\n,10.0.0.3,,\r\n`;
  expect(read(text)).toEqual([
    "web-1 10.0.0.1 row of line 2",
    "web-1 10.0.0.2 row of line 2",
    "web-1 2001:db8::1 row of line 2",
    "sw-1 - row of line 4",
    "- 10.0.0.3 row of line 5",
  ]);
});

it("reads semicolons and tabs, and the columns that are named", () => {
  expect(read("host;Management;ip\na;10.0.0.1;10.0.0.2", { addresses: "Management" })).toEqual([
    "a 10.0.0.1 row of line 2",
  ]);
  expect(read("label\tip\tname\na\t10.0.0.2\tb", { name: "label" })).toEqual(["a 10.0.0.2 row of line 2"]);
});

it("prefers a DNS name to a host name, and that to a label", () => {
  expect(
    read("name,hostname,fqdn,ip\na,b,b.z,10.0.0.1\na,b,,10.0.0.2\na,,,10.0.0.3").map((row) => row.split(" ")[0]),
  ).toEqual(["b.z", "b", "a"]);
});

it("takes formulas and networks for the text that they are", () => {
  const { records, leftOut } = readCsv(
    'name,ip\n"=cmd|\' /C calc\'!A0",10.0.0.1\nb,"=""10.0.0.2"""\nc,10.0.0.0/24\n',
    {},
  );
  expect(records.map(({ name }) => name)).toEqual(["=cmd|' /C calc'!A0"]);
  expect(leftOut.examples).toEqual(['line 3: ="10.0.0.2"', "line 4: 10.0.0.0/24"]);
});

it("escapes what a screen would obey", () => {
  expect(readCsv("name,ip\n\u001b[2Jx\u202e,10.0.0.1\n", {}).records[0]?.name).toBe("\\u{1b}[2Jx\\u{202e}");
});

it.each([
  ["unknown titles", "a,b\n1,2", {}, /--address-column TITLE/],
  ["an unknown title", "ip\n10.0.0.1", { addresses: "IP" }, /Give --address-column one of the titles/],
  ["a title of two columns", "ip,n,n\n1,2,3", { name: "n" }, /Give --name-column one of the titles/],
  ["two separators", "ip,a;b\n1,2", {}, /one separator/],
  ["a quote that is open", 'ip\n"10.0.0.1', {}, /with quotes around cells/],
  ["nothing", "", {}, /Export it again, with its header/],
])("refuses %s", (_, text, columns, next) => {
  expect(() => readCsv(text, columns)).toThrow(
    expect.objectContaining({ next: expect.stringMatching(next) as string }),
  );
});

it("finds each address again, however the cells are quoted", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "=", " ", "é") });
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, fc.ipV4()), { minLength: 1 }), (rows) => {
      const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
      const text = ["x,ip", ...rows.map((row) => row.map(quote).join(","))].join("\n");
      expect(new Set(readCsv(text, {}).records.map(({ address }) => address))).toEqual(
        new Set(rows.map(([, address]) => address)),
      );
    }),
    { numRuns: 200 },
  );
});
