import { serializerCompiler } from "fastify-type-provider-zod";

/**
 * What a terminal acts on, or what reorders and hides text, besides the controls that JSON has to escape anyway: who asks
 * with curl sees the answer as it is.
 */
const UNSEEN = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

/** JSON in which these characters are escaped in JSON's own way, so that the value is the same. */
export function jsonText(value: unknown): string {
  return escapedJson(JSON.stringify(value));
}

/** They are nowhere but in strings. */
function escapedJson(json: string): string {
  return json.replace(UNSEEN, (found) =>
    Array.from({ length: found.length }, (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, "0")}`).join(
      "",
    ),
  );
}

/** Answers as the contract has them, in JSON that is safe to look at. */
export const escapedSerializer: typeof serializerCompiler = (route) => {
  const serialize = serializerCompiler(route);
  return (data) => escapedJson(serialize(data));
};
