import { inForce } from "./scope-then.ts";
import type { BundleRecord } from "./verify.ts";

/** What a bundle holds, for lists on the page. Times are milliseconds since 1970. */
export interface Inventory {
  readonly scope: string;
  readonly assets: readonly string[];
  readonly vantages: readonly string[];
  readonly sweeps: readonly { id: number; kind: string; vantage: string; verdict: string; entry: number; to: number }[];
  readonly looks: number;
  readonly gaps: BundleRecord["facts"]["gaps"];
  readonly approvals: BundleRecord["facts"]["approvals"];
  readonly findings: readonly {
    id: number;
    kind: string;
    summary: string;
    status: string;
    openedAt: number;
    entries: readonly number[];
  }[];
}

export function inventoryOf({ facts, documents, period }: BundleRecord): Inventory {
  const scope = inForce(facts.scopes, period.to);
  const ends = new Map<number, number>();
  let looks = 0;
  for (const list of facts.looks.values()) {
    for (const { sweep, to } of list) {
      if (sweep === undefined) looks += 1;
      else ends.set(sweep.id, Math.max(to, ends.get(sweep.id) ?? 0));
    }
  }
  const finished = [...facts.sweeps.values()].flatMap(({ id, kind, vantage, verdict, finishEntry }) =>
    verdict === undefined || finishEntry === undefined
      ? []
      : [{ id, kind, vantage, verdict, entry: finishEntry, to: ends.get(id) ?? 0 }],
  );
  return {
    scope: scope?.name ?? "",
    assets: documents.scopes.get(scope?.version ?? 0)?.assets.map(({ name }) => name) ?? [],
    vantages: [...facts.looks.keys()].sort(),
    sweeps: finished.filter(({ to }) => to >= period.from && to <= period.to),
    looks,
    gaps: facts.gaps,
    approvals: facts.approvals,
    findings: [...facts.findings.values()],
  };
}
