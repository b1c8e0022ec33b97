import { createHash, randomBytes } from "node:crypto";

/** How an API key begins, so that scanners of leaked secrets and people know it. */
const KEY = /^ptl_[A-Za-z0-9_-]{43}$/;
const LINK = /^[A-Za-z0-9_-]{43}$/;

/** 32 random bytes: nothing that could be guessed, so that one SHA-256 is enough to store. */
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

/** What is shown of a key: six characters after its mark say which, and leave 220 bits unsaid. */
export function prefixOf(key: string): string {
  return key.slice(0, 10);
}

export function digestOf(secret: string): Uint8Array {
  return createHash("sha256").update(secret).digest();
}
