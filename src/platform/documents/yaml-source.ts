import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Alias,
  type Node,
} from "yaml";
import type { JsonValue } from "../../model/index.ts";
import type { DocumentPath, PlacedProblem, Position } from "./problem.ts";
import { quoted } from "./printable.ts";

/** The largest document that is read. */
export interface DocumentLimits {
  /** Of the file, in UTF-16 units. */
  readonly length: number;
  /** After aliases are expanded: a few bytes of nested aliases can stand for billions of values. */
  readonly values: number;
}

/** A file that a person writes is never larger than this. */
export const DOCUMENT_LIMITS: DocumentLimits = { length: 1_048_576, values: 200_000 };
const DEPTH_LIMIT = 32;

export type YamlSource =
  | { readonly ok: true; readonly value: JsonValue; positionOf(path: DocumentPath, atKey?: boolean): Position }
  | { readonly ok: false; readonly problems: readonly PlacedProblem[] };

type YamlNode = Node | null | undefined;

/** Reads one YAML 1.2 document (core schema) as plain JSON values, and keeps the position of each in the text. */
export function readYaml(text: string, file: string, limits: DocumentLimits = DOCUMENT_LIMITS): YamlSource {
  if (text.length > limits.length) {
    return refuse(
      file,
      { line: 1, column: 1 },
      `the file is larger than ${limits.length / 1_048_576} MiB`,
      limits === DOCUMENT_LIMITS
        ? "keep long address lists in files of their own (file:PATH)"
        : "use port ranges, CIDR blocks, tags or system types instead of single endpoints",
    );
  }
  const control = findControlCharacter(text);
  if (control !== undefined) {
    return refuse(file, control.position, `control character ${control.name}`, "remove it");
  }

  const lines = new LineCounter();
  // Duplicate keys are looked for below: the parser compares every key of a map with every other one.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };

  const syntax = [...document.errors, ...document.warnings].slice(0, 20).map((error) => ({
    file,
    position: positionAt(error.pos[0]),
    path: [],
    ...explainSyntax(error.code, error.message),
  }));
  if (syntax.length > 0) return { ok: false, problems: syntax };

  const problems: PlacedProblem[] = [];
  const report = (node: YamlNode, path: DocumentPath, problem: string, fix: string): void => {
    problems.push({ file, position: positionAt(node?.range?.[0] ?? 0), path, problem, fix });
  };
  const anchors = resolveAliases(document.contents);
  const value = toJson(document.contents, anchors, limits.values, report);
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    value,
    positionOf: (path, atKey = false) => positionAt(offsetOf(document.contents, anchors, path, atKey)),
  };
}

function refuse(file: string, position: Position, problem: string, fix: string): YamlSource {
  return { ok: false, problems: [{ file, position, path: [], problem, fix }] };
}

/** The first character that YAML 1.2 section 5.1 does not allow in a stream. */
function findControlCharacter(text: string): { position: Position; name: string } | undefined {
  // oxlint-disable-next-line no-control-regex
  const found = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/.exec(text);
  if (found === null) return undefined;
  const before = text.slice(0, found.index).split("\n");
  return {
    position: { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 },
    name: `U+${(found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`,
  };
}

function explainSyntax(code: string, message: string): { problem: string; fix: string } {
  switch (code) {
    case "TAB_AS_INDENT":
      return { problem: "a tab is used as indentation", fix: "indent with spaces" };
    case "RESOURCE_EXHAUSTION":
      return { problem: "the values are nested too deeply", fix: `keep to ${DEPTH_LIMIT} levels` };
    case "MULTIPLE_DOCS":
      return { problem: "a second YAML document begins here", fix: "remove the line --- and what follows it" };
    case "TAG_RESOLVE_FAILED":
      return { problem: "a YAML tag (!) has no meaning here", fix: "remove it, or put the text in quotes" };
    case "BAD_ALIAS":
      return { problem: "not a usable YAML alias (*)", fix: "put the text in quotes" };
    default:
      return {
        problem: `not valid YAML: ${quoted(message, 200).slice(1, -1).replace(/\.$/, "")}`,
        fix: "check indentation, colons and quotes around here",
      };
  }
}

type Anchors = ReadonlyMap<Alias, YamlNode>;

/** What each alias stands for: the last node before it with that anchor (YAML 1.2.2 section 3.2.2.2). One walk for all. */
function resolveAliases(root: YamlNode): Anchors {
  const latest = new Map<string, YamlNode>();
  const meant = new Map<Alias, YamlNode>();
  if (root === null || root === undefined) return meant;
  visit(root, {
    Alias: (_, alias) => {
      meant.set(alias, latest.get(alias.source));
    },
    Value: (_, node) => {
      if (node.anchor !== undefined) latest.set(node.anchor, node);
    },
  });
  return meant;
}

type Report = (node: YamlNode, path: DocumentPath, problem: string, fix: string) => void;

/** The document as JSON values. Map keys become own properties whatever their name; `__proto__` is refused. */
function toJson(root: YamlNode, anchors: Anchors, most: number, report: Report): JsonValue {
  let budget = most;
  const convert = (node: YamlNode, path: (string | number)[]): JsonValue => {
    budget -= 1;
    if (budget < 0) {
      if (budget === -1)
        report(
          node,
          path,
          `more than ${most} values once aliases are expanded`,
          "write the values out, without aliases (*)",
        );
      return null;
    }
    if (path.length > DEPTH_LIMIT) {
      report(node, path.slice(0, 4), "the values are nested too deeply", `keep to ${DEPTH_LIMIT} levels`);
      budget = 0;
      return null;
    }
    if (isAlias(node)) {
      const meant = anchors.get(node);
      if (meant !== undefined) return convert(meant, path);
      report(
        node,
        path,
        `no anchor &${node.source.slice(0, 40)} before this alias`,
        "put the text in quotes if it begins with a *",
      );
      return null;
    }
    if (isSeq(node)) return node.items.map((item, index) => convert(item as YamlNode, [...path, index]));
    if (isMap(node)) return convertMap(node.items, path);
    if (isScalar(node)) return convertScalar(node, node.value, path);
    return null;
  };

  const convertMap = (items: readonly unknown[], path: (string | number)[]): JsonValue => {
    const map = new Map<string, JsonValue>();
    for (const pair of items) {
      if (!isPair(pair)) continue;
      const keyNode = pair.key as YamlNode;
      if (!isScalar(keyNode)) {
        report(keyNode, path, "a key that is not plain text", "write one word before the colon");
        continue;
      }
      const key = keyText(keyNode.value);
      if (key === "__proto__") {
        report(keyNode, path, 'the key "__proto__" is not allowed', "remove it");
      } else if (map.has(key)) {
        report(keyNode, [...path, key], `the key ${quoted(key)} is here twice`, "remove one of the two");
      } else {
        map.set(key, convert(pair.value as YamlNode, [...path, key]));
      }
    }
    return Object.fromEntries(map);
  };

  const convertScalar = (node: YamlNode, value: unknown, path: DocumentPath): JsonValue => {
    if (value === null || value === undefined) return null;
    if (typeof value === "string" || typeof value === "boolean") return value;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    report(node, path, "not a value that can be kept", "put it in quotes if it is text");
    return null;
  };

  return convert(root, []);
}

/** Keys are text: `8080: x` has the key "8080". */
function keyText(key: unknown): string {
  if (typeof key === "string") return key;
  return typeof key === "number" || typeof key === "boolean" ? String(key) : "";
}

/** Where the value at `path` begins; the nearest enclosing value that exists when it does not. */
function offsetOf(root: YamlNode, anchors: Anchors, path: DocumentPath, atKey: boolean): number {
  const follow = (node: YamlNode): YamlNode => (isAlias(node) ? anchors.get(node) : node);
  let written: YamlNode = root;
  let offset = written?.range?.[0] ?? 0;
  for (const [depth, step] of path.entries()) {
    const node = follow(written);
    let keyOffset: number | undefined;
    let next: YamlNode;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && keyText(key.value) === String(step));
      keyOffset = (pair?.key as YamlNode)?.range?.[0];
      next = pair?.value as YamlNode;
    } else if (isSeq(node) && typeof step === "number") {
      next = node.items[step] as YamlNode;
    }
    const last = depth === path.length - 1;
    const found = (last && atKey ? keyOffset : undefined) ?? next?.range?.[0] ?? keyOffset;
    if (found === undefined) return offset;
    offset = found;
    written = next;
  }
  return offset;
}
