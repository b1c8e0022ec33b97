import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toHex, utf8 } from "./bytes.ts";
import { plainHasher } from "./sha256.ts";

function plain(...pieces: readonly Uint8Array[]): string {
  const hash = plainHasher();
  for (const piece of pieces) hash.update(piece);
  return toHex(hash.digest());
}

describe("SHA-256 in plain JavaScript", () => {
  it("has the digests that FIPS 180-2, appendix B, publishes", () => {
    expect(plain(utf8("abc"))).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(plain(utf8("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))).toBe(
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    );
  });

  it("is what Node computes, however the bytes are cut", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), (pieces) => {
        const hash = createHash("sha256");
        for (const piece of pieces) hash.update(piece);
        expect(plain(...pieces)).toBe(hash.digest("hex"));
      }),
    );
  });

  it("hashes texts of every length around the end of a block", () => {
    for (let length = 50; length < 130; length += 1) {
      const bytes = new Uint8Array(length).fill(length);
      expect(plain(bytes)).toBe(createHash("sha256").update(bytes).digest("hex"));
    }
  });
});
