import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { read } from "../../api/query.ts";
import { Instant } from "../../components/instant.tsx";
import styles from "./today.module.css";

/** What stands in the way of a true record: said before everything else. */
export function Notices() {
  const { data: status } = useQuery(read("status.get"));
  if (status === undefined) return null;
  const { held, aheadUntil, contradicted = [], unfit, scope, baseline } = status;
  return (
    <>
      {held === undefined ? null : (
        <Notice tone="bad" title="Nothing is recorded: the log contradicts a published checkpoint">
          {held.problem} Next: {held.next}
        </Notice>
      )}
      {contradicted.map(({ table, row, problem }) => (
        <Notice key={`${table} ${row}`} tone="bad" title={`${table} ${row} is not as it was signed`}>
          {problem} Nothing is decided on it.
        </Notice>
      ))}
      {aheadUntil === undefined ? null : (
        <Notice tone="bad" title="The record is ahead of the clock">
          It has entries until <Instant of={aheadUntil} />. Nothing more is recorded before.
        </Notice>
      )}
      {scope.problem === undefined ? null : (
        <Notice tone="warn" title={`Version ${scope.version} of the scope is in force, not the file`}>
          {scope.problem}
        </Notice>
      )}
      {unfit === undefined ? null : (
        <Notice tone="warn" title="The full sweeps do not fit their cadence">
          {unfit.notice}
        </Notice>
      )}
      {baseline === undefined ? (
        <Notice tone="warn" title="No port baseline is approved, so no port can be unauthorized">
          Next: draft one on the page Port baseline, complete it, and have another person approve it.
        </Notice>
      ) : null}
    </>
  );
}

function Notice({
  tone,
  title,
  children,
}: {
  readonly tone: "bad" | "warn";
  readonly title: string;
  readonly children: ReactNode;
}) {
  return (
    <div className={styles["notice"]} data-tone={tone} role="status">
      <strong>{title}</strong>
      <p>{children}</p>
    </div>
  );
}
