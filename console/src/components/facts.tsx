import type { ReactNode } from "react";
import styles from "./facts.module.css";

/** Names and values of one thing. A value that is undefined is left out. */
export function Facts({ of }: { readonly of: Readonly<Record<string, ReactNode>> }) {
  return (
    <dl className={styles["facts"]}>
      {Object.entries(of)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** A figure with what it counts. With `href` it opens its population. */
export function Figure({
  value,
  of,
  tone,
}: {
  readonly value: ReactNode;
  readonly of: ReactNode;
  readonly tone?: "bad" | "warn";
}) {
  return (
    <div className={styles["figure"]} data-tone={tone}>
      <strong>{value}</strong>
      <span>{of}</span>
    </div>
  );
}
