import fc from "fast-check";
import { expect, it } from "vitest";
import { Fault } from "../../model/index.ts";
import { readLeases } from "./dhcp-leases.ts";

const NOON = Date.parse("2026-03-14T12:00:00Z");
const read = (text: string) => {
  const { format, records, leftOut } = readLeases(text, NOON);
  return [
    format,
    ...records.map(({ name, address, detail }) => `${name ?? "-"} ${address ?? "-"} ${detail}`),
    leftOut.ended,
  ];
};

it("reads leases of ISC dhcpd: the last of an address counts, and ended ones are left out", () => {
  const text = `# The format of this file is documented in the dhcpd.leases(5) manual page.
server-duid "\\000\\001 }";
lease 10.0.0.10 {
  starts 6 2026/03/14 09:00:00;
  ends 6 2026/03/14 10:00:00;
  binding state active;
  client-hostname "first";
}
lease 10.0.0.11 {
  ends never;
  binding state active;
}
lease 10.0.0.12 {
  ends 6 2026/03/14 18:00:00;
  binding state free;
}
lease 10.0.0.13 {
  ends epoch 1773489600; # Sat Mar 14 12:00:00 2026
  binding state active;
}
lease 10.0.0.10 {
  starts 6 2026/03/14 11:30:00;
  ends 6 2026/03/14 12:30:00;
  next binding state free;
  binding state active;
  on expiry {
    set x = "y";
  }
  client-hostname "second";
}
`;
  expect(read(text)).toEqual([
    "isc",
    "second 10.0.0.10 lease until 2026-03-14T12:30:00.000Z",
    "- 10.0.0.11 lease without an end",
    2,
  ]);
});

it("reads leases of IPv6 of ISC dhcpd", () => {
  const text = `ia-na "\\001\\000\\000" {
  cltt 6 2026/03/14 11:00:00;
  iaaddr 2001:db8::10 {
    binding state active;
    max-life 7200;
    ends 6 2026/03/14 13:00:00;
  }
}
`;
  expect(read(text)).toEqual(["isc", "- 2001:db8::10 lease until 2026-03-14T13:00:00.000Z", 0]);
});

it("reads leases of Kea", () => {
  const at = NOON / 1_000;
  const text = `address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id
10.0.0.1,02:00:00:00:00:01,,3600,${at + 60},1,0,0,printer&#x2c old.,0,,0
10.0.0.2,02:00:00:00:00:02,,3600,${at - 60},1,0,0,gone,0,,0
10.0.0.3,02:00:00:00:00:03,,3600,${at + 60},1,0,0,declined,1,,0
10.0.0.4,02:00:00:00:00:04,,4294967295,${at - 60},1,0,0,forever,0,,0
10.0.0.5,02:00:00:00:00:05,,3600,${at + 60},1,0,0,later,0,,0
10.0.0.5,02:00:00:00:00:05,,0,${at + 60},1,0,0,later,0,,0
`;
  expect(read(text)).toEqual([
    "kea",
    "printer, old 10.0.0.1 lease until 2026-03-14T12:01:00.000Z",
    "forever 10.0.0.4 lease without an end",
    3,
  ]);
});

it("leaves out prefixes that Kea delegated", () => {
  const text = `address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,hostname,hwaddr,state
2001:db8::1,00:01,3600,1900000000,1,1800,0,1,128,0,0,a,,0
2001:db8:1::,00:01,3600,1900000000,1,1800,2,1,56,0,0,,,0
`;
  expect(read(text)).toEqual(["kea", "a 2001:db8::1 lease until 2030-03-17T17:46:40.000Z", 0]);
});

it.each([
  ["other text", "hello", /memfile/],
  ["an end that is not a time", "lease 10.0.0.1 {\n  ends 6 2026/99/99 99:99:99;\n}\n", /Copy the whole file/],
  ["a line that is cut off", "address,duid,valid_lifetime,expire,subnet_id,\n10.0.0.1,02:00,36", /Copy the whole file/],
  ["a file that is cut off", "lease 10.0.0.1 {\n  binding state active;\n", /Copy the whole file/],
])("refuses %s", (_, text, next) => {
  expect(() => readLeases(text, NOON)).toThrow(
    expect.objectContaining({ next: expect.stringMatching(next) as string }),
  );
});

it("reads any lines, or refuses them by name", () => {
  const piece = fc.constantFrom(
    "lease 10.0.0.1 {",
    "}",
    "{",
    "ends 6 2026/99/99 99:99:99;",
    "binding state active;",
    'client-hostname "\\"";',
    "\n",
    "address,duid,valid_lifetime,expire,subnet_id,",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string())), (pieces) => {
      try {
        readLeases(`lease 10.0.0.9 {\n}\n${pieces.join("\n")}`, NOON);
      } catch (problem) {
        expect(problem).toBeInstanceOf(Fault);
      }
    }),
    { numRuns: 300 },
  );
});
