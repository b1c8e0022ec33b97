import { Link } from "@tanstack/react-router";
import { severityName } from "../../components/marks.tsx";
import { Loaded } from "../../components/loading.tsx";
import { useOpenFindings } from "../../findings/use-findings-at.ts";
import { count, span } from "../../time/format.ts";
import styles from "./today.module.css";

const SEVERITIES = ["very high", "high", "medium", "low"] as const;

/** Open findings by severity, each figure opening its population, with the age of its oldest. */
export function OpenFindings() {
  const { query, open, instant } = useOpenFindings();
  return (
    <Loaded of={query} lines={2}>
      {({ isCut }) => (
        <ul className={styles["figures"]} aria-label="Open findings by severity">
          {SEVERITIES.map((severity) => {
            const of = open.filter(({ finding }) => severityName(finding.severity) === severity);
            const oldest = Math.min(...of.map(({ openedAt }) => openedAt));
            return (
              <li key={severity} data-severity={of.length === 0 ? "none" : severity}>
                <Link to="/findings" search={{ severity } as never}>
                  <strong>
                    {isCut ? "at least " : ""}
                    {count(of.length)}
                  </strong>
                  <span>{severity}</span>
                </Link>
                <span className="soft">
                  {of.length === 0
                    ? isCut
                      ? "none among those read"
                      : "none open"
                    : `oldest ${span(instant - oldest)}`}
                </span>
              </li>
            );
          })}
        </ul>
      )}
    </Loaded>
  );
}
