import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import styles from "./loading.module.css";
import { ProblemNotice } from "./problem-notice.tsx";

/** The states of an answer: loading, failed, shown. While another answer is requested, the one before stays, faded: it is about something else. */
export function Loaded<Answer>({
  of,
  lines = 4,
  children,
}: {
  readonly of: UseQueryResult<Answer>;
  /** Lines of the placeholder. */
  readonly lines?: number;
  readonly children: (answer: NonNullable<Answer>) => ReactNode;
}) {
  if (of.data !== undefined && of.data !== null) {
    return (
      <>
        {of.isError ? <ProblemNotice error={of.error} onRetry={() => void of.refetch()} /> : null}
        <div className={styles["answer"]} aria-busy={of.isPlaceholderData}>
          {children(of.data)}
        </div>
      </>
    );
  }
  if (of.isError) return <ProblemNotice error={of.error} onRetry={() => void of.refetch()} />;
  return (
    <div className={styles["placeholder"]} role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} />
      ))}
    </div>
  );
}
