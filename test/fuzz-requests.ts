import type { DocumentedOperation, Parameter, Schema } from "./openapi-document.ts";

export interface FuzzRequest {
  readonly operation: DocumentedOperation;
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: string | undefined;
}

/** Texts that have broken software before. What a header or a path cannot hold is encoded or left out there. */
const HOSTILE = [
  "",
  "\u0000",
  "a\r\nset-cookie: x=1",
  "'; DROP TABLE finding; --",
  '<script>alert(1)</script>"',
  "{{7*7}}${7*7}",
  "=cmd|' /C calc'!A0",
  "../../../../etc/passwd",
  "%00%ff",
  "\ud800",
  "\u202Eevil\u001b[2J",
  "__proto__",
  "9".repeat(40),
  "-1",
  "1e309",
  "0x10",
  "NaN",
  "9999-12-31T23:59:59Z",
  "0000-01-01T00:00:00Z",
  "+275760-09-13T00:00:00Z",
  "ÿ".repeat(300),
  "x".repeat(5_000),
  "[".repeat(2_000),
];

/** A backup and a sweep take as long as there is data to copy or endpoints to probe. */
export const LONG: ReadonlySet<string> = new Set(["makeBackup", "runSweep", "verifyEvidence"]);

/** Numbers in [0, 1) that a seed determines (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Requests generated from the API document: about right, and wrong in every place that it names. */
export function createFuzz(operations: readonly DocumentedOperation[], random: () => number): () => FuzzRequest {
  const chance = (share: number): boolean => random() < share;
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const hostile = (): string => pick(HOSTILE);

  const fitting = (schema: Schema, example: unknown, depth = 0): unknown => {
    if (depth > 6) return null;
    if (example !== undefined && chance(0.5)) return example;
    const choices = (schema["anyOf"] ?? schema["oneOf"]) as readonly Schema[] | undefined;
    if (choices !== undefined) return fitting(pick(choices), undefined, depth + 1);
    if (schema["enum"] !== undefined) return pick(schema["enum"] as readonly unknown[]);
    if (schema["const"] !== undefined) return schema["const"];
    switch (schema["type"]) {
      case "integer":
      case "number":
        return pick([0, 1, 2, 3, 50, 1_000, 2 ** 31, Number.MAX_SAFE_INTEGER]);
      case "boolean":
        return chance(0.5);
      case "array":
        return Array.from({ length: Math.floor(random() * 4) }, () =>
          fitting((schema["items"] ?? {}) as Schema, undefined, depth + 1),
        );
      case "object": {
        const properties = Object.entries((schema["properties"] ?? {}) as Record<string, Schema>);
        return Object.fromEntries(properties.map(([name, each]) => [name, fitting(each, undefined, depth + 1)]));
      }
      default:
        return schema["format"] === "date-time" ? "2026-03-14T09:00:00Z" : pick(["a", "dmz", "inside", hostile()]);
    }
  };
  const value = (schema: Schema, example: unknown): unknown => (chance(0.3) ? hostile() : fitting(schema, example));

  function bodyOf({ type, schema, example }: NonNullable<DocumentedOperation["body"]>): string {
    if (type !== "application/json") return chance(0.5) ? hostile() : "<nmaprun/>";
    const whole: unknown = chance(0.1) ? hostile() : fitting(schema, example);
    if (typeof whole === "object" && whole !== null && !Array.isArray(whole)) {
      const changed: Record<string, unknown> = { ...whole };
      for (const name of Object.keys(changed)) {
        if (chance(0.15)) changed[name] = pick([hostile(), null, 1, [], {}, [hostile()]]);
        if (chance(0.05)) delete changed[name];
      }
      if (chance(0.05)) changed[pick(["__proto__", "constructor", "x"])] = hostile();
      return JSON.stringify(changed);
    }
    return chance(0.5) ? JSON.stringify(whole) : String(whole);
  }

  return () => {
    let operation = pick(operations);
    // Slow operations get fewer requests, but equally wrong ones.
    if (LONG.has(operation.id) && chance(0.9)) operation = pick(operations);
    const headers: Record<string, string> = {};
    const query = new URLSearchParams();
    let { path } = operation;
    const each = (parameter: Parameter): void => {
      const given = value(parameter.schema, parameter.example);
      const text = typeof given === "string" ? given : JSON.stringify(given);
      if (parameter.in === "path") path = path.replace(`{${parameter.name}}`, encoded(text));
      else if (parameter.in === "query") query.append(parameter.name, text.toWellFormed());
      else if (/^[\x20-\x7e]{1,200}$/.test(text)) headers[parameter.name] = text;
    };
    for (const parameter of operation.parameters) {
      if (parameter.in === "path" || parameter.required === true || chance(0.4)) each(parameter);
    }
    if (chance(0.05)) query.append("x", hostile().toWellFormed());
    const url = query.size === 0 ? path : `${path}?${query.toString()}`;
    const method = chance(0.02) ? pick(["PUT", "PATCH", "DELETE", "OPTIONS"]) : operation.method;
    if (operation.body === undefined || method !== operation.method) return { operation, method, url, headers };
    headers["content-type"] = chance(0.03) ? pick(["text/plain", "application/xml"]) : operation.body.type;
    return { operation, method, url, headers, body: bodyOf(operation.body) };
  };
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).slice(0, 2_000) || "%20";
}
