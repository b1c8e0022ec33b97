import type { X509Certificate } from "node:crypto";
import type { ConfigCheckResult } from "../contract/index.ts";
import { isComplete, readBaseline, questionableEntries } from "../judgement/baseline/index.ts";
import { inTurns, counted, Fault, formatInstant, type Duration, type Instant } from "../model/index.ts";
import { nameOf } from "../record/timestamps/index.ts";
import { authoritiesOf, policyOf, type AttestationConfig } from "./attestation-config.ts";
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
  attestation?: AttestationConfig,
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
  if (attestation !== undefined) {
    await tried(() => policyOf(attestation));
    warnings.push(...endingAuthorities((await tried(() => authoritiesOf(attestation))) ?? [], now));
  }
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
    const baseline = await tried(() => readBaseline(document, file, { requireComplete: false }));
    if (baseline === undefined) continue;
    const { ports } = baseline;
    const incomplete = ports.filter((port) => !isComplete(port)).length;
    if (incomplete > 0) {
      warnings.push(`${file}: ${counted(incomplete, "entry", "entries")} without an owner or a justification`);
    }
    if (resolved !== undefined) warnings.push(...(await inTurns(questionableEntries(baseline, resolved, now))));
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

const SOON: Duration = 60 * 86_400_000;

/** A timestamp is trusted only if it was made while its authority's certificate was valid. */
function endingAuthorities(authorities: readonly X509Certificate[], now: Instant): string[] {
  return authorities
    .filter(({ validToDate }) => validToDate.getTime() - now < SOON)
    .map((authority) => {
      const ends = authority.validToDate.getTime();
      return `The certificate of the timestamping authority ${nameOf(authority)} ${ends < now ? "ended" : "ends"} on ${formatInstant(ends)}; keep it for the timestamps made until then, and add the new one to timestamps.authorities`;
    });
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
