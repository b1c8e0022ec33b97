import { expect, it } from "vitest";
import { certificateNames, isWildcard, reachableAddresses } from "./names.ts";

it("reads the names that a certificate is for, host names first, without patterns", () => {
  const subjectAltName = "IP Address:10.88.0.1, DNS:portolan.shop.example, DNS:*.shop.example, URI:spiffe://x";
  expect(certificateNames({ subjectAltName })).toEqual(["portolan.shop.example", "10.88.0.1"]);
  expect(certificateNames({ subjectAltName: undefined })).toEqual([]);
});

it("knows the addresses that others reach", () => {
  const entry = { netmask: "", mac: "", cidr: null, family: "IPv4" as const };
  expect(
    reachableAddresses({
      lo: [{ ...entry, address: "127.0.0.1", internal: true }],
      eth0: [
        { ...entry, address: "10.88.0.1", internal: false },
        { ...entry, address: "fe80::1", internal: false, family: "IPv6", scopeid: 2 },
      ],
    }),
  ).toEqual(["10.88.0.1"]);
  expect([isWildcard("0.0.0.0"), isWildcard("::"), isWildcard("10.0.0.1")]).toEqual([true, true, false]);
});
