import { z } from "zod";
import type { JsonValue } from "../../model/index.ts";
import { formatPath, type DocumentPath, type DocumentProblem } from "./problem.ts";
import { printable, quoted } from "./printable.ts";
import { suggest } from "./suggest.ts";

/** Unknown keys of one block that are reported; a person who has more has the wrong file. */
const KEYS_SHOWN = 200;

type Issue = z.core.$ZodIssue;

/**
 * What a schema found wrong with a document, in words for the person who wrote it. A custom issue
 * (`ctx.addIssue({ code: "custom", message, params: { fix } })`) brings its own words.
 */
export function schemaProblems(issues: readonly Issue[], schema: z.ZodType, value: JsonValue): DocumentProblem[] {
  const problems = issues.flatMap((issue) => explain(issue, issue.path.map(pathStep), schema, value));
  // A misspelt key is one mistake: that the right one is missing goes without saying.
  const meant = new Set(
    problems.flatMap(({ path, means }) => (means === undefined ? [] : [formatPath([...path.slice(0, -1), means])])),
  );
  return problems.filter(({ path, missing: isMissing }) => isMissing !== true || !meant.has(formatPath(path)));
}

interface Explained extends DocumentProblem {
  /** The key that an unknown one most likely stands for. */
  readonly means?: string | undefined;
  readonly missing?: boolean | undefined;
}

function explain(issue: Issue, path: DocumentPath, schema: z.ZodType, value: JsonValue): Explained[] {
  switch (issue.code) {
    case "unrecognized_keys": {
      const known = knownKeys(schema, path);
      return issue.keys.slice(0, KEYS_SHOWN).map((key) => ({
        path: [...path, key],
        atKey: true,
        means: suggest(key, known),
        problem: `unknown key ${quoted(key)}`,
        fix:
          didYouMean(key, known) ?? (known.length === 0 ? "remove it" : `remove it; known keys: ${known.join(", ")}`),
      }));
    }
    case "invalid_type":
      return [explainType(issue.expected, path, value)];
    case "invalid_value": {
      const allowed = issue.values.map(String);
      const found = valueAt(value, path);
      if (found === undefined) return [missingKey(path, `add it, one of: ${allowed.join(", ")}`)];
      const written = typeof found === "string" ? found : describe(found);
      return [
        {
          path,
          problem: `${typeof found === "string" ? quoted(found) : written} is not a value it can have`,
          fix: didYouMean(written, allowed) ?? `use ${allowed.length === 1 ? "" : "one of: "}${allowed.join(", ")}`,
        },
      ];
    }
    case "too_small":
      return [
        {
          path,
          problem: sizeProblem(issue.origin, "less", Number(issue.minimum)),
          fix: sizeFix(issue.origin, "at least", Number(issue.minimum)),
        },
      ];
    case "too_big":
      return [
        {
          path,
          problem: sizeProblem(issue.origin, "more", Number(issue.maximum)),
          fix: sizeFix(issue.origin, "at most", Number(issue.maximum)),
        },
      ];
    case "invalid_union":
      return [explainUnion(issue.errors, path, value)];
    case "invalid_key":
    case "invalid_element":
      return [
        {
          path,
          atKey: true,
          problem: `not usable: ${issue.issues[0]?.message ?? issue.message}`,
          fix: fixOf(issue.issues[0]) ?? "write another one",
        },
      ];
    case "custom":
    case "invalid_format":
    case "not_multiple_of":
      return [{ path, problem: issue.message, fix: fixOf(issue) ?? "correct it" }];
  }
}

function explainType(expected: string, path: DocumentPath, value: JsonValue): Explained {
  const found = valueAt(value, path);
  const wanted = EXPECTED[expected] ?? expected;
  if (found === undefined) return missingKey(path, `add it (${wanted})`);
  if (found === null)
    return {
      path,
      problem: "nothing is written here",
      fix: path.length === 0 ? "the file is empty; write the document" : `write ${wanted}, or remove the key`,
    };
  let fix = `write ${wanted}`;
  if (expected === "string" && typeof found !== "object") fix = "put it in quotes";
  // `- fe80::` ends in a colon, which YAML reads as the key of a map.
  if (expected === "string" && typeof found === "object")
    fix = "write text; put it in quotes if it holds a colon, as IPv6 addresses do";
  if (expected === "array" && typeof found === "string") fix = `write a list: [${printable(found, 40)}]`;
  return { path, problem: `expected ${wanted}, found ${describe(found)}`, fix };
}

function explainUnion(branches: readonly (readonly Issue[])[], path: DocumentPath, value: JsonValue): Explained {
  const found = valueAt(value, path);
  if (found === undefined) return missingKey(path, "add it");
  const types = branches.flatMap((issues) =>
    issues.flatMap((issue) => (issue.code === "invalid_type" ? [EXPECTED[issue.expected] ?? issue.expected] : [])),
  );
  const other = branches.flat().find((issue) => issue.code !== "invalid_type");
  if (other !== undefined) return { path, problem: other.message, fix: fixOf(other) ?? "correct it" };
  return {
    path,
    problem: `expected ${types.join(" or ")}, found ${describe(found)}`,
    fix: `write ${types.join(" or ")}`,
  };
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  array: "a list",
  object: "a block of keys",
  record: "a block of keys",
  boolean: "true or false",
};

function sizeProblem(origin: string, relation: "less" | "more", limit: number): string {
  if (origin === "string")
    return limit === 1 && relation === "less"
      ? "it is empty"
      : `${relation === "less" ? "shorter" : "longer"} than ${limit} characters`;
  if (origin === "array")
    return limit === 1 && relation === "less" ? "the list is empty" : `${relation} than ${limit} items`;
  return `${relation} than ${limit}`;
}

function sizeFix(origin: string, relation: "at least" | "at most", limit: number): string {
  if (origin === "string") return limit === 1 ? "write something" : `use ${relation} ${limit} characters`;
  if (origin === "array") return limit === 1 ? "write at least one item" : `list ${relation} ${limit}`;
  return `use ${relation} ${limit}`;
}

function missingKey(path: DocumentPath, fix: string): Explained {
  return { path, missing: true, problem: `the key ${quoted(String(path.at(-1) ?? ""))} is missing`, fix };
}

function didYouMean(text: string, candidates: readonly string[]): string | undefined {
  const near = suggest(text, candidates);
  return near === undefined ? undefined : `did you mean ${quoted(near)}?`;
}

function fixOf(issue: Issue | undefined): string | undefined {
  if (issue?.code !== "custom") return undefined;
  const fix: unknown = issue.params?.["fix"];
  return typeof fix === "string" ? fix : undefined;
}

function describe(value: JsonValue): string {
  if (value === null) return "nothing";
  if (typeof value === "string") return `the text ${quoted(value, 40)}`;
  if (typeof value === "number") return `the number ${value}`;
  if (typeof value === "boolean") return String(value);
  return Array.isArray(value) ? "a list" : "a block of keys";
}

function pathStep(step: PropertyKey): string | number {
  return typeof step === "symbol" ? String(step) : step;
}

function valueAt(value: JsonValue, path: DocumentPath): JsonValue | undefined {
  let current: JsonValue | undefined = value;
  for (const step of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, step)) return undefined;
    current = (current as Readonly<Record<string | number, JsonValue>>)[step];
  }
  return current;
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Keys that the schema knows for the object at `path`, in their order. */
function knownKeys(schema: z.ZodType, path: DocumentPath): string[] {
  let current: JsonSchema | undefined = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    reused: "inline",
  });
  for (const step of path) current = current === undefined ? undefined : stepInto(current, step);
  return Object.keys(current?.properties ?? {});
}

function stepInto(schema: JsonSchema, step: string | number): JsonSchema | undefined {
  const candidates: unknown[] =
    typeof step === "number"
      ? [schema.items]
      : [Object.hasOwn(schema.properties ?? {}, step) ? schema.properties?.[step] : schema.additionalProperties];
  for (const branch of schema.anyOf ?? [])
    candidates.push(typeof branch === "object" ? stepInto(branch, step) : undefined);
  return candidates.find(
    (candidate): candidate is JsonSchema =>
      typeof candidate === "object" && candidate !== null && !Array.isArray(candidate),
  );
}
