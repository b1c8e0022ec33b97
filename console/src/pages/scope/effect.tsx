import type { ScopeCheckResult } from "../../../../src/contract/index.ts";
import { DataTable, type TableColumn } from "../../components/data-table.tsx";
import { Figure } from "../../components/facts.tsx";
import { count, counted, span } from "../../time/format.ts";
import styles from "./scope.module.css";

type Target = ScopeCheckResult["targets"][number];

/** What a scope covers, how long its sweeps take, what the guard refuses, and what differs from the version before. */
export function Effect({ of }: { readonly of: ScopeCheckResult }) {
  const { targets, limits, refused, warnings, added, removed, omitted, version, isNew } = of;
  const endpoints = sumOf(targets.map((each) => each.endpoints));
  const addresses = sumOf(targets.map((each) => each.addresses));
  return (
    <>
      <div className={styles["figures"]}>
        <Figure value={addresses === undefined ? "too many" : count(addresses)} of="addresses, hostnames not counted" />
        <Figure value={endpoints === undefined ? "too many" : count(endpoints)} of="endpoints: addresses × ports" />
        <Figure
          value={sweepTime(sumOf(targets.map(({ seconds }) => seconds)) ?? 0)}
          of={`for one sweep of everything at ${count(limits?.rate ?? 0)} probes a second`}
        />
      </div>
      {warnings.length === 0 ? null : (
        <div className={styles["warnings"]} role="status">
          {warnings.map((warning) => (
            <p key={warning}>
              <bdi>{warning}</bdi>
            </p>
          ))}
        </div>
      )}
      <DataTable label="Targets" rows={targets} columns={COLUMNS} keyOf={({ target }) => target} />
      {refused.length === 0 ? null : (
        <>
          <h3>What the guard refuses</h3>
          <ul className={styles["problems"]} aria-label="What the guard refuses">
            {refused.map(({ target, rule, reason, next }) => (
              <li key={`${target} ${rule}`}>
                <span>
                  <strong className="mono">
                    <bdi>{target}</bdi>
                  </strong>
                  : <bdi>{reason}</bdi>. <span className="soft">{next}</span>
                </span>
              </li>
            ))}
          </ul>
          {omitted.refused === 0 ? null : <p>And {count(omitted.refused)} more that are refused.</p>}
        </>
      )}
      <p role="status">
        {version === 0
          ? "It would be the first version."
          : isNew
            ? `Compared with version ${version}: ${rangesText("adds", added, omitted.added)}; ${rangesText("removes", removed, omitted.removed)}.`
            : `It means the same as version ${version}: only comments or layout differ.`}
      </p>
    </>
  );
}

const COLUMNS: readonly TableColumn<Target>[] = [
  { id: "target", header: "Target", value: ({ target }) => target, cell: ({ target }) => <bdi>{target}</bdi> },
  {
    id: "type",
    header: "System type",
    value: ({ systemType }) => systemType,
    cell: ({ systemType }) => <bdi>{systemType}</bdi>,
  },
  { id: "cadence", header: "Every", cell: ({ cadence }) => cadence },
  {
    id: "addresses",
    header: "Addresses",
    align: "end",
    value: ({ addresses = Infinity }) => addresses,
    cell: ({ addresses }) => (addresses === undefined ? "too many" : count(addresses)),
  },
  { id: "ports", header: "Ports", align: "end", value: ({ ports }) => ports, cell: ({ ports }) => count(ports) },
  {
    id: "endpoints",
    header: "Endpoints",
    align: "end",
    value: ({ endpoints = Infinity }) => endpoints,
    cell: ({ endpoints }) => (endpoints === undefined ? "too many" : count(endpoints)),
  },
  {
    id: "time",
    header: "A full sweep takes",
    align: "end",
    value: ({ seconds }) => seconds,
    cell: ({ seconds }) => (seconds === 0 ? "no time: this machine" : sweepTime(seconds)),
  },
];

function sweepTime(seconds: number): string {
  return seconds < 1 ? "under 1 s" : span(seconds * 1_000);
}

function sumOf(values: readonly (number | undefined)[]): number | undefined {
  return values.reduce<number | undefined>(
    (sum, each) => (sum === undefined || each === undefined ? undefined : sum + each),
    0,
  );
}

function rangesText(verb: string, ranges: readonly string[], omitted: number): string {
  if (ranges.length === 0) return `${verb} no address`;
  const more = Math.max(0, ranges.length - 8) + omitted;
  return `${verb} ${ranges.slice(0, 8).join(", ")}${more > 0 ? ` and ${counted(more, "more range")}` : ""}`;
}
