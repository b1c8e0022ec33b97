import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { Exclusion, ScanAuthorization, Scope, SystemType, Target } from "../model/index.ts";
import { documentFault, parseDocument, problemsAt, quoted, type DocumentProblem } from "../platform/documents/index.ts";
import { createListReader, isRange, literalSet, type ListedAddress } from "./address-list.ts";
import { scopeDocument, type ScopeDocument, type TargetDocument } from "./config-schema.ts";
import { readVantagePoints } from "./declare-vantage-points.ts";
import { checkSystemType, declareAssets, defined, type TargetEntry } from "./declare-assets.ts";

/**
 * Reads portolan.yaml. `file:` lists are expanded, defaults filled in, and the assets that targets imply added, so that
 * the scope is complete in itself.
 *
 * @param file the name errors are reported under; list files are searched for beside it
 * @param readFile reads a list file as text, or throws a Fault
 * @throws Fault `config-invalid` with every problem found, each with file:line:column and its remedy
 */
export function parseScope(text: string, file: string, readFile: (path: string) => string): Scope {
  const document = parseDocument(text, file, scopeDocument);
  const lists = createListReader(file, readFile);
  const { problems } = lists;

  const systemTypes = readSystemTypes(document, problems);
  const typeNames = new Set(systemTypes.map(({ name }) => name));
  const targets = document.targets.map((target, index): TargetEntry => {
    checkSystemType(target.systemType, typeNames, ["targets", index, "systemType"], problems);
    return readTarget(target, lists.read(target.addresses, ["targets", index, "addresses"], "target"));
  });
  checkTargetNames(targets, problems);
  const assets = declareAssets(document.assets, targets, typeNames, lists);
  const vantagePoints = readVantagePoints(
    document.vantagePoints,
    targets.map(({ target }) => target.name),
    problems,
  );
  const exclusions = document.exclusions.map(({ addresses, reason }, index): Exclusion => {
    return { addresses: texts(lists.read(addresses, ["exclusions", index, "addresses"], "exclusion")), reason };
  });
  const authorizations = document.authorizations.map(({ addresses, ...rest }, index): ScanAuthorization => {
    if (rest.from >= rest.until) {
      problems.push({
        path: ["authorizations", index, "until"],
        problem: "the authorization ends before it begins",
        fix: "write a later time than in from",
      });
    }
    return {
      ...rest,
      addresses: texts(lists.read(addresses, ["authorizations", index, "addresses"], "authorization")),
    };
  });

  if (lists.filed.length > 0) throw documentFault([...lists.filed]);
  if (problems.length > 0) throw problemsAt(text, file, problems);
  return {
    name: document.name,
    vantage: document.vantage,
    // Left out where none is declared: the meaning of such a scope, and so its digest, stays the same as ever.
    ...(vantagePoints.length === 0 ? {} : { vantagePoints }),
    limits: document.limits,
    systemTypes,
    targets: targets.map(({ target }) => target),
    assets,
    exclusions,
    authorizations,
  };
}

function texts(listed: readonly ListedAddress[]): string[] {
  return [...new Set(listed.map(({ text }) => text))];
}

function readSystemTypes(document: ScopeDocument, problems: DocumentProblem[]): SystemType[] {
  const entries = Object.entries(document.systemTypes);
  if (entries.length === 0)
    problems.push({
      path: ["systemTypes"],
      problem: "no system type is declared",
      fix: "declare one: host: { cadence: 1h }",
    });
  return entries.map(([name, { cadence, staleness = 2 * cadence, criticality, ports }]): SystemType => {
    if (staleness < cadence) {
      problems.push({
        path: ["systemTypes", name, "staleness"],
        problem: "staleness is shorter than the cadence, so every state would be unknown between two sweeps",
        fix: "make it longer than the cadence, or leave it out for twice the cadence",
      });
    }
    return { name, cadence, staleness, criticality, ports };
  });
}

function readTarget(written: TargetDocument, listed: readonly ListedAddress[]): TargetEntry {
  const { addresses, name, systemType, undeclared, tags = [], owner, segment, environment } = written;
  const target: Target = {
    name: name ?? addresses[0]?.slice(0, 100) ?? "",
    addresses: texts(listed),
    systemType,
    ...defined({ owner, segment, environment }),
    tags: [...new Set(tags)],
    undeclared: undeclared ?? (listed.some(isRange) ? "report" : "allow"),
  };
  return { target, listed, set: literalSet(listed), named: name !== undefined };
}

function checkTargetNames(targets: readonly TargetEntry[], problems: DocumentProblem[]): void {
  const seen = new Map<string, number>();
  for (const [index, { target, named }] of targets.entries()) {
    const before = seen.get(target.name);
    if (before === undefined) seen.set(target.name, index);
    else {
      problems.push({
        path: named ? ["targets", index, "name"] : ["targets", index],
        problem: `the name ${quoted(target.name)} is already that of targets[${before}]`,
        fix: named ? "give it another name" : "give it a name of its own",
      });
    }
  }
}

/** SHA-256 (hex) of the RFC 8785 form of the scope. */
export function scopeDigest(scope: Scope): string {
  let digest = digests.get(scope);
  if (digest === undefined) {
    digest = createHash("sha256")
      .update(canonicalize(scope) ?? "")
      .digest("hex");
    digests.set(scope, digest);
  }
  return digest;
}

/** A scope is a value that nothing changes, and an inventory of many assets takes a while. */
const digests = new WeakMap<Scope, string>();

/** SHA-256 (hex) of the text that a scope was read from, as `sha256sum` prints it for its file. */
export function documentDigest(document: string): string {
  return createHash("sha256").update(document).digest("hex");
}
