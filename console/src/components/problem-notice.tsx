import { TriangleAlert } from "lucide-react";
import { Problem } from "../api/problem.ts";
import { Button } from "./button.tsx";
import styles from "./problem-notice.module.css";

/** A refused or failed request, with its next step. */
export function ProblemNotice({
  error,
  onRetry,
}: {
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
}) {
  const problem =
    error instanceof Problem
      ? error
      : new Problem({
          detail: error instanceof Error ? error.message : "An unexpected error occurred.",
          next: "Reload the page.",
        });
  return (
    <div className={styles["notice"]} role="alert">
      <TriangleAlert aria-hidden size={18} />
      <div>
        <p>{problem.message}</p>
        {problem.place === undefined ? null : <p className="mono">{problem.place}</p>}
        <p className="soft">Next: {problem.next}</p>
      </div>
      {onRetry === undefined ? null : <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}
