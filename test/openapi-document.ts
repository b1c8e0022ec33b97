import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required?: boolean;
  readonly schema: Schema;
  readonly example?: unknown;
}

export interface Schema {
  readonly [keyword: string]: unknown;
}

export interface DocumentedOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body?: { readonly type: string; readonly schema: Schema; readonly example: unknown } | undefined;
  readonly responses: Readonly<
    Record<
      string,
      { readonly content?: Readonly<Record<string, { readonly schema: Schema; readonly example: unknown }>> }
    >
  >;
}

interface RawOperation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: Schema; example: unknown }>> };
  readonly responses: DocumentedOperation["responses"];
}

/** The operations of an OpenAPI document, in the form that the tests iterate over. */
export function operationsOf(document: object): DocumentedOperation[] {
  const { paths } = document as { paths: Record<string, Record<string, RawOperation>> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const [content] = Object.entries(operation.requestBody?.content ?? {});
      return {
        id: operation.operationId,
        method: method.toUpperCase(),
        path,
        parameters: operation.parameters ?? [],
        body: content === undefined ? undefined : { type: content[0], ...content[1] },
        responses: operation.responses,
      };
    }),
  );
}

/** The differences between an answer and the document; empty: none. */
export function createAnswerCheck(document: object) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, "openapi");
  return (operation: DocumentedOperation, answer: { status: number; type: string; body: string }): string => {
    const documented = operation.responses[String(answer.status)] ?? operation.responses["default"];
    if (documented === undefined) return `${answer.status} is not documented`;
    if (documented.content === undefined) return answer.body === "" ? "" : "a body where none is documented";
    const type = answer.type.split(";")[0] ?? "";
    const media = documented.content[type];
    if (media === undefined) return `${answer.status} as ${type} is not documented`;
    if (!type.endsWith("json")) return "";
    const schema = JSON.parse(
      JSON.stringify(media.schema).replaceAll('"#/components', '"openapi#/components'),
    ) as object;
    // One document per line; empty lines mean nothing.
    const texts =
      type === "application/x-ndjson" ? answer.body.split("\n").filter((line) => line !== "") : [answer.body];
    const wrong = texts.filter((text) => !ajv.validate(schema, JSON.parse(text)));
    return wrong.length === 0 ? "" : ajv.errorsText();
  };
}

/** The example request in the document. */
export function exampleRequest(operation: DocumentedOperation) {
  let url = operation.path;
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  for (const { name, in: place, example } of operation.parameters) {
    if (example === undefined) continue;
    const text = typeof example === "string" ? example : JSON.stringify(example);
    if (place === "path") url = url.replace(`{${name}}`, encodeURIComponent(text));
    else if (place === "query") query.append(name, text);
    else headers[name] = text;
  }
  if (query.size > 0) url += `?${query.toString()}`;
  const { body } = operation;
  if (body === undefined) return { method: operation.method, url, headers, payload: undefined };
  headers["content-type"] = body.type;
  const payload = typeof body.example === "string" ? body.example : JSON.stringify(body.example);
  return { method: operation.method, url, headers, payload };
}
