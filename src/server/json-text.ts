import { serializerCompiler } from "fastify-type-provider-zod";

/**
 * Characters that a terminal acts on, or that reorder or hide text, in addition to the controls that JSON escapes
 * anyway. Somebody who uses curl sees the response as it is.
 */
const UNSEEN = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

/** JSON with these characters escaped in JSON's own way, so the value stays the same. */
export function jsonText(value: unknown): string {
  return escapedJson(JSON.stringify(value));
}

/** They occur only in strings. */
function escapedJson(json: string): string {
  return json.replace(UNSEEN, (found) =>
    Array.from({ length: found.length }, (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, "0")}`).join(
      "",
    ),
  );
}

/** Validates responses against the contract and writes them as JSON that is safe to display. */
export const escapedSerializer: typeof serializerCompiler = (route) => {
  const serialize = serializerCompiler(route);
  return (data) => escapedJson(serialize(data));
};
