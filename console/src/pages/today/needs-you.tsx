import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { meQuery } from "../../api/account.ts";
import { read } from "../../api/query.ts";
import { Loaded } from "../../components/loading.tsx";
import { Severity } from "../../components/marks.tsx";
import { Empty, Panel } from "../../components/page.tsx";
import { useOpenFindings } from "../../findings/use-findings-at.ts";
import { useAsOf } from "../../shell/as-of.ts";
import { counted, span } from "../../time/format.ts";
import styles from "./today.module.css";

const LISTED = 8;

/** Decisions that wait for this user, then the worst findings with their next step. */
export function NeedsYou() {
  const { isNow } = useAsOf();
  const { query, open, instant } = useOpenFindings();
  return (
    <Panel
      title="Needs somebody"
      aside={open.length > LISTED ? <Link to="/findings">all {counted(open.length, "finding")}</Link> : undefined}
    >
      {isNow ? <WaitingProposals /> : null}
      <Loaded of={query}>
        {() =>
          open.length === 0 ? (
            <Empty title="No open finding.">
              No deviation is confirmed, as far as the scope was scanned: see the coverage.
            </Empty>
          ) : (
            <ul className={styles["list"]}>
              {open.slice(0, LISTED).map(({ finding, openedAt }) => (
                <li key={finding.id}>
                  <Severity of={finding.severity} />
                  <div>
                    <Link to="/findings/$id" params={{ id: String(finding.id) }}>
                      <bdi>{finding.summary}</bdi>
                    </Link>
                    <p className="soft">
                      {span(instant - openedAt)} old, seen from <bdi>{finding.vantage}</bdi>
                      {finding.subject.owner === undefined ? null : (
                        <>
                          , owner <bdi>{finding.subject.owner}</bdi>
                        </>
                      )}
                    </p>
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  );
}

/** Proposals that nobody has decided yet, for those who are allowed to. */
function WaitingProposals() {
  const { data: me } = useQuery(meQuery);
  const mayApprove = me?.may.includes("baseline:approve") === true;
  const { data } = useQuery({ ...read("baseline.proposals"), enabled: mayApprove });
  const waiting = (data?.proposals ?? []).filter(
    ({ approvedAs, onVersion }) => approvedAs === undefined && onVersion >= (data?.proposals[0]?.onVersion ?? 0),
  );
  if (!mayApprove || waiting.length === 0) return null;
  return (
    <p className={styles["notice"]}>
      <Link to="/baseline">{counted(waiting.length, "proposal")} for the port baseline</Link> wait for an approval.
    </p>
  );
}
