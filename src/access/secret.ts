import { createHash, randomBytes } from "node:crypto";

/** The prefix of an API key, by which people and scanners for leaked secrets recognize it. */
const KEY = /^ptl_[A-Za-z0-9_-]{43}$/;
const LINK = /^[A-Za-z0-9_-]{43}$/;

/** 32 random bytes cannot be guessed, so one SHA-256 is enough for storing them. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

export function newKey(): string {
  return `ptl_${newSecret()}`;
}

export function isKey(text: string): boolean {
  return KEY.test(text);
}

export function isLinkToken(text: string): boolean {
  return LINK.test(text);
}

/** The visible part of a key: the six characters after its prefix identify it and leave 220 bits secret. */
export function prefixOf(key: string): string {
  return key.slice(0, 10);
}

export function digestOf(secret: string): Uint8Array {
  return createHash("sha256").update(secret).digest();
}

/**
 * SHA-256 (hex) of something that is stored, for an entry to commit to it. Only of values with 128 random bits of their
 * own, so that nobody finds them by trying: a random token, a password's hash with its salt, a secret that is encrypted.
 */
export function commitmentTo(stored: string | Uint8Array): string {
  return createHash("sha256").update(stored).digest("hex");
}
