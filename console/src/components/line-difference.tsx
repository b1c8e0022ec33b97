import { useMemo } from "react";
import { changedParts, lineDiff } from "../text/line-diff.ts";
import styles from "./line-difference.module.css";

const SIGN = { same: " ", added: "+", removed: "−" } as const;

/** What changed between two texts, by line: a sign says it, and then a colour. */
export function LineDifference({ before, after }: { readonly before: string; readonly after: string }) {
  const parts = useMemo(() => changedParts(lineDiff(before, after)), [before, after]);
  if (parts.length === 0) return <p className="soft">No line differs.</p>;
  return (
    <div className={styles["difference"]} role="region" aria-label="Changed lines" tabIndex={0}>
      <table>
        <thead className="visually-hidden">
          <tr>
            <th scope="col">Line before</th>
            <th scope="col">Line after</th>
            <th scope="col">Change</th>
            <th scope="col">Text</th>
          </tr>
        </thead>
        <tbody>
          {parts.map((line, at) =>
            line === undefined ? (
              <tr key={at} className={styles["gap"]}>
                <td colSpan={4}>…</td>
              </tr>
            ) : (
              <tr key={at} data-kind={line.kind}>
                <td>{line.before}</td>
                <td>{line.after}</td>
                <td aria-label={line.kind}>{SIGN[line.kind]}</td>
                <td>
                  <bdi>{line.text === "" ? "\u00a0" : line.text}</bdi>
                </td>
              </tr>
            ),
          )}
        </tbody>
      </table>
    </div>
  );
}
