import type { ReviewResult } from "../../../../src/contract/index.ts";
import { DataTable } from "../../components/data-table.tsx";
import { Empty } from "../../components/page.tsx";
import { count, counted } from "../../time/format.ts";
import { AUTHORIZED_COLUMNS, keyOfPort } from "./authorized-ports.tsx";
import styles from "./baseline.module.css";

/** What an approval would change. */
export function Review({
  review,
}: {
  readonly review: Omit<ReviewResult, "schema" | "document" | "digest"> & { readonly document?: string };
}) {
  const { onVersion, added, removed, resolves, warnings, document } = review;
  return (
    <>
      <p>
        {onVersion === 0 ? "No port baseline is in force" : `Compared with version ${onVersion}, in force`}:{" "}
        {count(added.length)} added, {count(removed.length)} removed. Its approval would resolve{" "}
        {counted(resolves, "open finding")}.
      </p>
      {warnings.length === 0 ? null : (
        <ul className={styles["warnings"]} aria-label="To check before the approval">
          {warnings.map((warning) => (
            <li key={warning}>
              <bdi>{warning}</bdi>
            </li>
          ))}
        </ul>
      )}
      <h3>Added</h3>
      {added.length === 0 ? (
        <Empty title="Nothing." />
      ) : (
        <DataTable label="Added" rows={added} columns={AUTHORIZED_COLUMNS} keyOf={keyOfPort} />
      )}
      <h3>Removed</h3>
      {removed.length === 0 ? (
        <Empty title="Nothing." />
      ) : (
        <DataTable label="Removed" rows={removed} columns={AUTHORIZED_COLUMNS} keyOf={keyOfPort} />
      )}
      {document === undefined ? null : (
        <details>
          <summary>The document</summary>
          <pre className={styles["document"]}>{document}</pre>
        </details>
      )}
    </>
  );
}
