import fc from "fast-check";
import { expect, it } from "vitest";
import { formatAddress } from "./address.ts";
import { addressIndex } from "./address-index.ts";
import { addressSet } from "./address-set.ts";

const ipv4 = (value: number): string => formatAddress({ family: 4, value: 0x0a000000 + value });
const ipv6 = (value: number): string => formatAddress({ family: 6, value: 0xfd00n * 2n ** 112n + BigInt(value) });

const range = fc
  .tuple(fc.constantFrom(ipv4, ipv6), fc.nat(20), fc.nat(6))
  .map(([text, first, more]) => ({ first: text(first), last: text(first + more) }));
const sets = fc.array(fc.array(range, { maxLength: 4 }).map(addressSet), { maxLength: 6 });

it("finds the sets that hold an address as each of them says, and those that share addresses", () => {
  fc.assert(
    fc.property(sets, (all) => {
      const index = addressIndex(all);
      for (const text of [ipv4, ipv6]) {
        for (let value = 0; value < 30; value += 1) {
          const address = text(value);
          const holding = all.flatMap((set, place) => (set.has(address) ? [place] : []));
          expect(index.placesOf(address)).toEqual(holding);
        }
      }
      expect(index.sharing).toEqual(
        all.map((set, place) =>
          all.flatMap((earlier, at) => (at < place && earlier.intersect(set).size > 0 ? [at] : [])),
        ),
      );
      expect(index.placesOf("not an address")).toEqual([]);
    }),
  );
});
