/**
 * The typed side of the client: every operation of the OpenAPI document with its request and its response, as
 * TypeScript. It understands only the constructs that zod and fastify write into that document; anything else ends the
 * generation.
 */

interface Schema {
  readonly $ref?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly description?: string;
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: "path" | "query" | "header";
    readonly required?: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export function clientTypes(document: OpenApi): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const lines = [
    "// Generated from generated/openapi.json by `npm run schemas`: change the routes, not this file.",
    "/* oxlint-disable */",
    "",
    ...Object.entries(document.components.schemas).map(
      ([name, schema]) => `export type ${name} = ${typeOf(schema)};\n`,
    ),
    "/** Where each operation is. */",
    "export const OPERATIONS = {",
    ...operations.map(
      ({ path, method, operation }) => `${operation.operationId}: { method: "${method}", path: "${path}" },`,
    ),
    "} as const;",
    "",
    "export type OperationId = keyof typeof OPERATIONS;",
    "",
    "/** What each operation takes. */",
    "export interface Requests {",
    ...operations.map(
      ({ operation }) => `/** ${operation.summary} */\n${operation.operationId}: ${requestOf(operation)};`,
    ),
    "}",
    "",
    "/** What each operation answers when all is well; a stream is text here. */",
    "export interface Answers {",
    ...operations.map(({ operation }) => `${operation.operationId}: ${answerOf(operation)};`),
    "}",
  ];
  return lines.join("\n");
}

function requestOf(operation: Operation): string {
  const places = (["path", "query", "header"] as const).flatMap((place) => {
    const all = (operation.parameters ?? []).filter((parameter) => parameter.in === place);
    if (all.length === 0) return [];
    const fields = all.map(
      ({ name, required, schema }) =>
        `${JSON.stringify(name)}${required === true ? "" : "?"}: ${typeOf(schema)}${required === true ? "" : " | undefined"}`,
    );
    const optional = all.every(({ required }) => required !== true) ? "?" : "";
    return [`${place === "header" ? "headers" : place}${optional}: { ${fields.join("; ")} }`];
  });
  const body = operation.requestBody?.content["application/json"]?.schema;
  return `{ ${[...places, ...(body === undefined ? [] : [`body: ${typeOf(body)}`])].join("; ")} }`;
}

function answerOf({ responses }: Operation): string {
  const { content = {} } = responses["200"] ?? responses["202"] ?? {};
  const json = content["application/json"]?.schema;
  return json === undefined ? "string" : typeOf(json);
}

function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) return schema.$ref.replace("#/components/schemas/", "");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const several = schema.anyOf ?? schema.oneOf;
  if (several !== undefined) return several.map((each) => `(${typeOf(each)})`).join(" | ");
  if (schema.allOf !== undefined) return schema.allOf.map((each) => `(${typeOf(each)})`).join(" & ");
  switch (schema.type) {
    case "string":
    case "boolean":
    case "null":
      return schema.type;
    case "integer":
    case "number":
      return "number";
    case "array":
      return `readonly (${typeOf(schema.items ?? {})})[]`;
    case "object":
      return objectType(schema);
    case undefined:
      return "unknown";
    default:
      throw new Error(`The generator of the client does not know the type ${JSON.stringify(schema.type)}`);
  }
}

function objectType({ properties = {}, required = [], additionalProperties }: Schema): string {
  const fields = Object.entries(properties).map(([name, schema]) => {
    const comment = schema.description === undefined ? "" : `/** ${schema.description.replaceAll("*/", "* /")} */ `;
    const must = required.includes(name);
    return `${comment}${JSON.stringify(name)}${must ? "" : "?"}: ${typeOf(schema)}${must ? "" : " | undefined"}`;
  });
  if (fields.length === 0) {
    return typeof additionalProperties === "object"
      ? `Record<string, ${typeOf(additionalProperties)}>`
      : "Record<string, unknown>";
  }
  return `{ ${fields.join("; ")} }`;
}
