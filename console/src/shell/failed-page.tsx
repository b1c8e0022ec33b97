import { Link, type ErrorComponentProps } from "@tanstack/react-router";
import { ProblemNotice } from "../components/problem-notice.tsx";
import styles from "./failed-page.module.css";

export function FailedPage({ error, reset }: ErrorComponentProps) {
  return (
    <main className={styles["page"]}>
      <h1>This page could not be shown</h1>
      <ProblemNotice error={error} onRetry={reset} />
    </main>
  );
}

export function MissingPage() {
  return (
    <main className={styles["page"]}>
      <h1>No such page</h1>
      <p className="soft">The address does not name a page of this version of Portolan.</p>
      <p>
        <Link to="/">Go to today</Link>
      </p>
    </main>
  );
}
