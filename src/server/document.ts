import { STATUS_CODES } from "node:http";
import { DECLARED, type Declaration, type ProblemStatus } from "../contract/index.ts";

type Json = { [key: string]: unknown };

interface Media {
  example?: unknown;
}

interface Operation {
  operationId?: string;
  parameters?: { name: string; in: string; example?: unknown }[];
  requestBody?: { content: Record<string, Media> };
  responses?: Record<string, { content?: Record<string, Media> }>;
}

/** The key in the examples. */
const IDEMPOTENCY = { "idempotency-key": "6f1c2f0e-0a6a-4d6e-9d5c-0f6f5d1c9b7a" };
const BY_ID = new Map(DECLARED.map(({ declaration }) => [declaration.id, declaration]));

type Shown = NonNullable<Declaration["example"]>;

function exampleOf(id: string | undefined): Shown | undefined {
  const declaration = BY_ID.get(id ?? "");
  const example = declaration?.example;
  if (example === undefined || declaration?.idempotent !== true) return example;
  return { ...example, headers: { ...IDEMPOTENCY, ...example.headers } };
}

/** The document with an example of every request and response, and without unused schemas. */
export function finished<Document extends object>(document: Document): Document {
  const { paths = {}, components } = document as {
    paths?: Record<string, Record<string, Operation>>;
    components?: { schemas?: Json };
  };
  for (const methods of Object.values(paths)) {
    for (const operation of Object.values(methods)) {
      const example = exampleOf(operation.operationId);
      if (example !== undefined) addRequest(operation, example);
      for (const [status, response] of Object.entries(operation.responses ?? {})) addAnswer(status, response, example);
    }
  }
  if (components?.schemas !== undefined) dropUnused(document, components.schemas);
  return document;
}

function addRequest(operation: Operation, example: Shown): void {
  const given: Json = { ...example.path, ...example.query, ...example.headers };
  for (const parameter of operation.parameters ?? []) {
    if (given[parameter.name] !== undefined) parameter.example = valueOf(parameter, given[parameter.name]);
  }
  for (const media of Object.values(operation.requestBody?.content ?? {})) media.example = example.body;
}

/** The value in its schema's type: a number in a query arrives as text. */
function valueOf(parameter: object, text: unknown): unknown {
  const { schema } = parameter as { schema?: { type?: string } };
  return schema?.type === "integer" ? Number(text) : text;
}

function addAnswer(status: string, response: { content?: Record<string, Media> }, example: Shown | undefined): void {
  for (const [type, media] of Object.entries(response.content ?? {})) {
    if (type === "application/problem+json")
      media.example = problemExample(status === "default" ? 500 : Number(status));
    else if (example !== undefined)
      media.example = Number(status) >= 400 ? "not ready" : (example.answers?.[type] ?? example.answer);
  }
}

export function problemExample(status: number): Json {
  const code = PROBLEM_CODES[status as keyof typeof PROBLEM_CODES];
  const title = STATUS_CODES[status] ?? "Problem";
  return { type: `urn:portolan:fault:${code}`, title, status, detail: `${title}.`, code, next: "What to do about it." };
}

/** Repeats until nothing is left to drop: a schema may be used only by another unused one. */
function dropUnused(document: object, schemas: Json): void {
  for (;;) {
    const text = JSON.stringify(document);
    const unused = Object.keys(schemas).filter((name) => !text.includes(`"#/components/schemas/${name}"`));
    if (unused.length === 0) return;
    for (const name of unused) delete schemas[name];
  }
}

/** An example code for each problem status. */
const PROBLEM_CODES: Readonly<Record<ProblemStatus | 500, string>> = {
  400: "config-invalid",
  401: "unauthorized",
  403: "forbidden",
  404: "not-found",
  405: "not-found",
  409: "conflict",
  412: "outdated",
  413: "config-invalid",
  415: "config-invalid",
  421: "misdirected",
  422: "conflict",
  429: "unauthorized",
  500: "internal",
  501: "engine-unavailable",
  503: "store-unavailable",
};
