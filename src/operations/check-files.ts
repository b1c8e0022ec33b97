import type { ConfigCheckResult } from "../contract/index.ts";
import { isComplete, parseBaseline, questionableEntries } from "../judgement/baseline/index.ts";
import { counted, Fault, type Instant } from "../model/index.ts";
import { unfitDocument } from "./cadence-notice.ts";
import { loadScope, ownAddresses, resolveScope, type ResolvedScope } from "../scope/index.ts";

export type FilesCheck = Pick<ConfigCheckResult, "problems" | "warnings" | "scope"> & {
  readonly baselines: NonNullable<ConfigCheckResult["baselines"]>;
};

/**
 * Reads portolan.yaml and port baselines as a sweep and an approval would, and returns every problem. It makes no name
 * query: an asset that is declared by its name alone has no address to match a selector of addresses with.
 */
export async function checkFiles(
  scopeFile: string,
  baselines: readonly { readonly file: string; readonly document: string }[],
  now: Instant,
): Promise<FilesCheck> {
  const problems: string[] = [];
  const warnings: string[] = [];
  const tried = async <T>(work: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      problems.push(...linesOf(error));
      return undefined;
    }
  };
  const loaded = await tried(() => loadScope(scopeFile));
  const scope = loaded?.scope;
  const unfit = loaded === undefined ? undefined : await unfitDocument(loaded.document, scopeFile);
  if (unfit !== undefined) warnings.push(unfit);
  const resolved: ResolvedScope | undefined =
    scope === undefined
      ? undefined
      : await tried(() => resolveScope(scope, { lookup: () => Promise.resolve([]), ownAddresses }));
  const read: FilesCheck["baselines"] = [];
  for (const { file, document } of baselines) {
    const ports = await tried(() => parseBaseline(document, file, { requireComplete: false }));
    if (ports === undefined) continue;
    const incomplete = ports.filter((port) => !isComplete(port)).length;
    if (incomplete > 0) {
      warnings.push(`${file}: ${counted(incomplete, "entry", "entries")} without an owner or a justification`);
    }
    if (resolved !== undefined) warnings.push(...questionableEntries({ document, file, ports }, resolved, now));
    read.push({ file, authorizedPorts: ports.length });
  }
  return {
    problems,
    warnings,
    ...(scope === undefined
      ? {}
      : { scope: { name: scope.name, targets: scope.targets.length, assets: scope.assets.length } }),
    baselines: read,
  };
}

/** One problem per line, each with its place and its remedy. */
function linesOf(error: unknown): string[] {
  if (!(error instanceof Fault)) throw error;
  const lines = error.message.split("\n");
  const isPlaced = error.place === undefined || error.message.includes(error.place);
  return isPlaced && lines.length > 1
    ? lines
    : lines.map(
        (line) => `${isPlaced ? "" : `${error.place ?? ""}: `}${line}${/[.;]$/.test(line) ? "" : "."} ${error.next}`,
      );
}
