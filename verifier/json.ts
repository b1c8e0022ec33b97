import { fromBase64 } from "./bytes.ts";

/** JSON from outside, read without trusting its shape. */
export type Members = { readonly [name: string]: unknown };

export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function membersOf(value: unknown): Members {
  return isMembers(value) ? value : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Empty where there is no text. */
export function textIn(value: unknown): string {
  return textOf(value) ?? "";
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
}

/** Milliseconds since 1970 of an RFC 3339 time. */
export function timeOf(value: unknown): number | undefined {
  const at = Date.parse(textIn(value));
  return Number.isNaN(at) ? undefined : at;
}

/** Bytes in base64; none where it is anything else, which no hash and no key is. */
export function bytesOf(value: unknown): Uint8Array {
  return fromBase64(textIn(value)) ?? new Uint8Array(0);
}

/** Hashes in base64. */
export function hashesOf(value: unknown): Uint8Array[] {
  return listOf(value).map(bytesOf);
}
