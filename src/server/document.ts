import { STATUS_CODES } from "node:http";
import { EXAMPLES, PROBLEM_CODES, type Example } from "./examples.ts";

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

/** The document with an example of every request and every answer, and without schemas that nothing refers to. */
export function finished<Document extends object>(document: Document): Document {
  const { paths = {}, components } = document as {
    paths?: Record<string, Record<string, Operation>>;
    components?: { schemas?: Json };
  };
  for (const methods of Object.values(paths)) {
    for (const operation of Object.values(methods)) {
      const example = EXAMPLES[operation.operationId ?? ""];
      if (example !== undefined) addRequest(operation, example);
      for (const [status, response] of Object.entries(operation.responses ?? {})) addAnswer(status, response, example);
    }
  }
  if (components?.schemas !== undefined) dropUnused(document, components.schemas);
  return document;
}

function addRequest(operation: Operation, example: Example): void {
  const given: Json = { ...example.path, ...example.query, ...example.headers };
  for (const parameter of operation.parameters ?? []) {
    if (given[parameter.name] !== undefined) parameter.example = valueOf(parameter, given[parameter.name]);
  }
  for (const media of Object.values(operation.requestBody?.content ?? {})) media.example = example.body;
}

/** As its schema has it: a number in a query is text on the way. */
function valueOf(parameter: object, text: unknown): unknown {
  const { schema } = parameter as { schema?: { type?: string } };
  return schema?.type === "integer" ? Number(text) : text;
}

function addAnswer(status: string, response: { content?: Record<string, Media> }, example: Example | undefined): void {
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

/** Until nothing more goes: a schema may be referred to by another that goes itself. */
function dropUnused(document: object, schemas: Json): void {
  for (;;) {
    const text = JSON.stringify(document);
    const unused = Object.keys(schemas).filter((name) => !text.includes(`"#/components/schemas/${name}"`));
    if (unused.length === 0) return;
    for (const name of unused) delete schemas[name];
  }
}
