import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { originOf, signCheckpointNote, signNote, signingKey } from "./checkpoint.ts";
import type { SigningKey } from "./checkpoint.ts";
import {
  checkNote,
  formatVerifierKey,
  isKeyName,
  parseCheckpointBody,
  parseNote,
  verifierKey,
} from "@portolan/verifier";

/** Go's sumdb/note test key: PRIVATE+KEY+PeterNeumann+c74f20a3+AYEK… is 0x01 and a 32-byte seed. */
function peter(): SigningKey {
  const seed = Buffer.from("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz", "base64").subarray(1);
  const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  const key = signingKey(createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" }));
  if (key === undefined) throw new Error("not an Ed25519 key");
  return key;
}

describe("signing", () => {
  it("writes the note of Go's sumdb/note, byte for byte", () => {
    const text =
      "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    expect(signNote(text, "PeterNeumann", peter())).toBe(
      `${text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`,
    );
    expect(formatVerifierKey(verifierKey("PeterNeumann", peter().publicKey))).toBe(
      "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    );
  });

  it("makes checkpoints that parse and verify under the name of the log", async () => {
    const key = peter();
    const body = { origin: originOf(key), size: 7, rootHash: new Uint8Array(32).fill(9) };
    const note = parseNote(signCheckpointNote(body, key));
    expect(note && parseCheckpointBody(note.text)).toEqual(body);
    expect(note && (await checkNote(note, [verifierKey(body.origin, key.publicKey)])).outcome).toBe("verified");
    expect(note && (await checkNote(note, [verifierKey("another.log", key.publicKey)])).outcome).toBe("unknown-keys");
  });

  it("names a log so that its key may have that name", () => {
    const origin = originOf(peter());
    expect(origin).toMatch(/^portolan\/[0-9a-f]{16}$/);
    expect(isKeyName(origin)).toBe(true);
  });

  it("accepts only Ed25519 private keys", () => {
    expect(signingKey(generateKeyPairSync("x25519").privateKey)).toBeUndefined();
    expect(signingKey(generateKeyPairSync("ed25519").publicKey)).toBeUndefined();
  });
});
