import type { Operations, ScopeCheckResult } from "../contract/index.ts";
import { Fault, formatDuration, type Scope, type ScopeVersion } from "../model/index.ts";
import {
  fileDigest,
  formatRange,
  guard,
  latestScope,
  ownAddresses,
  parsePorts,
  readScopeDraft,
  readScopeFile,
  resolveScope,
  scopeDigest,
  unionOf,
  writeScopeFile,
  type AddressSet,
  type ResolvedScope,
} from "../scope/index.ts";
import { unfitDocument } from "./cadence-notice.ts";
import type { OperationDeps } from "./operation-deps.ts";
import { recordScopeText } from "./scope-in-force.ts";
import { scopeView } from "./scope-views.ts";
import { sweptTarget } from "./swept-targets.ts";

type Deps = Pick<OperationDeps, "store" | "clock" | "key" | "file">;

/** What a person reads; the rest is counted. */
const MOST_RANGES = 200;
const MOST_REFUSALS = 50;

/** Changes of portolan.yaml by somebody who is not at its machine: checked first, then put in force under their name. */
export function createScopeChange(deps: Deps): Pick<Operations["scope"], "check" | "set"> {
  const { store, clock, file } = deps;
  return {
    async check({ document: given }) {
      const current = readScopeFile(file);
      const document = given ?? current;
      const before = await latestScope(store.db);
      const base = {
        schema: "portolan.scope-check/1",
        document,
        replaces: fileDigest(current),
        version: before?.version ?? 0,
      } as const;
      try {
        const scope = readScopeDraft(file, document);
        return { ...base, problems: [], ...(await effectOf(scope, document, before, clock.now())) };
      } catch (error) {
        if (!(error instanceof Fault) || error.code !== "config-invalid") throw error;
        return {
          ...base,
          isNew: false,
          problems: problemsOf(error),
          warnings: [],
          targets: [],
          refused: [],
          added: [],
          removed: [],
          omitted: { refused: 0, added: 0, removed: 0 },
        };
      }
    },

    async set({ document, replaces, requestedBy }) {
      if (fileDigest(readScopeFile(file)) !== replaces) throw changedMeanwhile();
      const scope = readScopeDraft(file, document);
      const { version, changed } = await recordScopeText(deps, { scope, document, by: requestedBy }, () => {
        if (fileDigest(readScopeFile(file)) !== replaces) throw changedMeanwhile();
        writeScopeFile(file, document);
      });
      return { schema: "portolan.scope-set/1", scope: scopeView(version), isNew: changed };
    },
  };
}

function changedMeanwhile(): Fault {
  return new Fault("outdated", "portolan.yaml was changed after this change of it began.", {
    next: "Check again: it shows the file as it is now. Then repeat your change in it.",
  });
}

/** What a scope covers, what it takes, and what the guard would refuse of it. Names are not looked up. */
async function effectOf(
  scope: Scope,
  document: string,
  before: ScopeVersion | undefined,
  now: number,
): Promise<Omit<ScopeCheckResult, "schema" | "document" | "replaces" | "version" | "problems">> {
  const resolved = await resolvedAsWritten(scope);
  const earlier = before === undefined ? undefined : await resolvedAsWritten(before.scope);
  const answer = guard(unionOf(resolved.targets.map(({ addresses }) => addresses)), resolved, now);
  const unfit = await unfitDocument(document, "portolan.yaml").catch(() => undefined);
  const added = earlier === undefined ? resolved.boundary : resolved.boundary.subtract(earlier.boundary);
  const refusals = answer.allowed ? [] : answer.refusals;
  const [addedRanges, removedRanges] = [rangesOf(added), rangesOf(earlier?.boundary.subtract(resolved.boundary))];
  return {
    name: scope.name,
    isNew: before?.digest !== scopeDigest(scope),
    warnings: unfit === undefined ? [] : [unfit],
    limits: scope.limits,
    targets: resolved.targets.map((each) => {
      const paced = sweptTarget(resolved, each);
      const ports = parsePorts(each.systemType.ports).size;
      return {
        target: each.target.name,
        systemType: each.systemType.name,
        cadence: formatDuration(each.systemType.cadence),
        ...counted(each.addresses, ports),
        ports,
        seconds: Math.max(
          Math.min(Number.MAX_SAFE_INTEGER, paced.endpoints) / scope.limits.rate,
          paced.portsOfAHost / scope.limits.perHostRate,
        ),
      };
    }),
    refused: refusals.slice(0, MOST_REFUSALS),
    added: addedRanges.slice(0, MOST_RANGES),
    removed: removedRanges.slice(0, MOST_RANGES),
    omitted: {
      refused: Math.max(0, refusals.length - MOST_REFUSALS),
      added: Math.max(0, addedRanges.length - MOST_RANGES),
      removed: Math.max(0, removedRanges.length - MOST_RANGES),
    },
  };
}

async function resolvedAsWritten(scope: Scope): Promise<ResolvedScope> {
  return await resolveScope(scope, { lookup: () => Promise.resolve([]), ownAddresses });
}

/** Absent: more than can be counted. */
function counted({ size }: AddressSet, ports: number): { addresses?: number; endpoints?: number } {
  return Number.isSafeInteger(size * ports) ? { addresses: size, endpoints: size * ports } : {};
}

function rangesOf(addresses: AddressSet | undefined): string[] {
  return (addresses?.ranges ?? []).map(formatRange);
}

/** `portolan.yaml:12:5: path: what is wrong; how to fix it`, one a line. */
function problemsOf(fault: Fault): ScopeCheckResult["problems"] {
  const lines = fault.message.split("\n");
  return lines.map((line) => {
    const placed = /^portolan\.yaml:(\d+):(\d+): (.*)$/.exec(line);
    if (placed !== null) return { line: Number(placed[1]), column: Number(placed[2]), problem: placed[3] ?? "" };
    return { problem: lines.length === 1 ? `${line}. ${fault.next}` : line };
  });
}
