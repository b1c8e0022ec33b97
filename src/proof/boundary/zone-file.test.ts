import fc from "fast-check";
import { expect, it } from "vitest";
import { Fault } from "../../model/index.ts";
import { readZone } from "./zone-file.ts";

const read = (text: string, origin?: string) =>
  readZone(text, origin).records.map(({ name, address, detail }) => `${name ?? "-"} ${address ?? "-"} ${detail}`);

it("reads names, classes, times to live, inherited owners, comments and parentheses", () => {
  const text = `$TTL 1h
@ IN SOA ns1 hostmaster ( 2026031401 ; serial (of the day)
   1d 2h 4w 1h )
      NS ns1
ns1   A 10.0.0.1
WEB   IN 300 A 10.0.0.2
      300 IN AAAA 2001:DB8::2
txt   TXT "A 10.9.9.9 ; no record (" \\" x
other.example. A 10.0.0.3
chaos CH A 10.0.0.4
$ORIGIN lab
h     1w2d A ( 10.0.0.5 )
`;
  expect(read(text, "corp.example.")).toEqual([
    "ns1.corp.example 10.0.0.1 A",
    "web.corp.example 10.0.0.2 A",
    "web.corp.example 2001:db8::2 AAAA",
    "other.example 10.0.0.3 A",
    "h.lab.corp.example 10.0.0.5 A",
  ]);
});

it("follows aliases inside the zone, and ends where they lead in circles", () => {
  const text = "a CNAME b\nb CNAME c\nc A 10.0.0.1\nx CNAME y\ny CNAME x\nout CNAME cdn.example.net.\n";
  expect(read(text, "z")).toEqual([
    "c.z 10.0.0.1 A",
    "a.z 10.0.0.1 CNAME b.z",
    "b.z 10.0.0.1 CNAME c.z",
    "x.z - CNAME y.z",
    "y.z - CNAME x.z",
    "out.z - CNAME cdn.example.net",
  ]);
});

it("reads reverse zones", () => {
  expect(read("7 PTR db.corp.example.\n", "0.0.10.in-addr.arpa")).toEqual(["db.corp.example 10.0.0.7 PTR"]);
  const nibbles = "2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.";
  expect(read(`${nibbles} PTR web.corp.example.`)).toEqual(["web.corp.example 2001:db8::2 PTR"]);
});

it("generates records as BIND does", () => {
  expect(read("$GENERATE 1-5/2 h${0,3} A 10.0.0.$\n$GENERATE 10-10 x${-2,0,x}$$ 60 IN A 10.0.1.$", "z")).toEqual([
    "h001.z 10.0.0.1 A",
    "h003.z 10.0.0.3 A",
    "h005.z 10.0.0.5 A",
    "x8$.z 10.0.1.10 A",
  ]);
});

it("counts data that is not an address", () => {
  const { records, leftOut } = readZone("a A 10.0.0.256\nb A 10.0.0.1\n", "z");
  expect(records).toHaveLength(1);
  expect(leftOut).toEqual({ unreadable: 1, ended: 0, examples: ["line 1: 10.0.0.256"] });
});

const FAULTS: readonly [string, string, RegExp, string][] = [
  ["another file", "a.z. A 10.0.0.1\n$INCLUDE /etc/passwd\n", /named-compilezone/, "2"],
  ["a relative name without a zone", "a A 10.0.0.1", /--origin example\.com/, "1"],
  ["records for a whole network of networks", "$ORIGIN z.\n$GENERATE 0-99999999 h$ A 10.0.0.1", /Split the range/, "2"],
  ["a placeholder that it does not know", "$ORIGIN z.\n$GENERATE 1-2 h${0,1,n} A 10.0.0.1", /named-compilezone/, "2"],
  ["a directive that it does not know", "$ORIGIN z.\n$SCRIPT x", /named-checkzone/, "2"],
  ["a parenthesis that is open", "$ORIGIN z.\na SOA ( 1", /named-checkzone/, "2"],
  ["a string that is open", '$ORIGIN z.\na TXT "b', /named-checkzone/, "2"],
  ["a record of nothing", "$ORIGIN z.\n  A 10.0.0.1", /named-checkzone/, "2"],
];

it.each(FAULTS)("refuses %s, with its line", (_, text, next, line) => {
  expect(() => readZone(text, undefined)).toThrow(
    expect.objectContaining({ code: "config-invalid", next: expect.stringMatching(next) as string, place: line }),
  );
});

it("never makes more records than it is bounded to", { tags: ["long"] }, () => {
  const text = "$ORIGIN z.\n" + ["a", "b"].map((each) => `$GENERATE 0-65535 ${each}$ A 10.0.0.1\n`).join("");
  expect(() => readZone(text, undefined)).toThrow(/more than 100000 names and addresses/);
});

it("reads any text, or refuses it by name", () => {
  const piece = fc.constantFrom(
    "$ORIGIN z.",
    "$GENERATE 1-3 ",
    "a",
    " ",
    "\n",
    "(",
    ")",
    ";",
    '"',
    "\\",
    "A",
    "10.0.0.1",
    "CNAME",
    "@",
    "$",
    "${",
    "}",
    "\u00a0",
    "IN",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string())), (pieces) => {
      try {
        for (const { name, address } of readZone(pieces.join(""), "o").records) {
          expect(name ?? address).toBeDefined();
        }
      } catch (problem) {
        expect(problem).toBeInstanceOf(Fault);
      }
    }),
    { numRuns: 300 },
  );
});
