import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ApprovalResult, ReviewResult } from "../../../../src/contract/index.ts";
import { send } from "../../api/call.ts";
import { read } from "../../api/query.ts";
import { Button } from "../../components/button.tsx";
import { Instant } from "../../components/instant.tsx";
import { Loaded } from "../../components/loading.tsx";
import { Panel } from "../../components/page.tsx";
import { ProblemNotice } from "../../components/problem-notice.tsx";
import { counted } from "../../time/format.ts";
import styles from "./baseline.module.css";
import { Review } from "./review.tsx";

/** What waits for a decision, each with what its approval would change. */
export function Proposals({ mayApprove }: { readonly mayApprove: boolean }) {
  const query = useQuery(read("baseline.proposals"));
  const [shown, setShown] = useState<string>();
  const [approved, setApproved] = useState<ApprovalResult>();
  const waiting = (query.data?.proposals ?? []).filter(({ approvedAs }) => approvedAs === undefined);
  if (!query.isError && waiting.length === 0 && approved === undefined) return null;
  return (
    <Panel title="Waiting for a decision">
      {approved === undefined ? null : (
        <p role="status">
          Version {approved.version} is in force. It resolved {counted(approved.resolved.length, "finding")}.
        </p>
      )}
      <Loaded of={query} lines={2}>
        {() => (
          <ul className={styles["proposals"]}>
            {waiting.map(({ proposal, file, authorizedPorts, proposedBy, proposedAt }) => (
              <li key={proposal}>
                <div>
                  <strong>
                    <bdi>{file}</bdi>
                  </strong>
                  : {counted(authorizedPorts, "authorized port")}, proposed by <bdi>{proposedBy}</bdi>,{" "}
                  <Instant of={proposedAt} />
                </div>
                <Button
                  aria-expanded={shown === proposal}
                  onClick={() => setShown(shown === proposal ? undefined : proposal)}
                >
                  {shown === proposal ? "Close" : "Review"}
                </Button>
                {shown === proposal ? (
                  <ProposalReview
                    proposal={proposal}
                    mayApprove={mayApprove}
                    onApproved={(result) => {
                      setApproved(result);
                      setShown(undefined);
                    }}
                  />
                ) : null}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  );
}

function ProposalReview({
  proposal,
  mayApprove,
  onApproved,
}: {
  readonly proposal: string;
  readonly mayApprove: boolean;
  readonly onApproved: (result: ApprovalResult) => void;
}) {
  const query = useQuery(read("baseline.proposal", { proposal }));
  return (
    <div className={styles["review"]}>
      <Loaded of={query}>
        {(review) => (
          <>
            <Review review={review} />
            {mayApprove ? <Approve proposal={proposal} review={review} onApproved={onApproved} /> : null}
          </>
        )}
      </Loaded>
    </div>
  );
}

/** Approves exactly the document that is shown, on exactly the version that it was compared with. */
function Approve({
  proposal,
  review,
  onApproved,
}: {
  readonly proposal: string;
  readonly review: ReviewResult;
  readonly onApproved: (result: ApprovalResult) => void;
}) {
  const client = useQueryClient();
  const [isSeen, setSeen] = useState(review.warnings.length === 0);
  const [key] = useState(() => crypto.randomUUID());
  const approve = useMutation({
    mutationFn: async () =>
      (await send(
        "POST",
        "/api/v1/baseline/approvals",
        { proposal },
        { headers: { "if-match": `"baseline-${review.onVersion}"`, "idempotency-key": key } },
      )) as ApprovalResult,
    onSuccess: async (result) => {
      onApproved(result);
      await client.invalidateQueries();
    },
  });
  return (
    <>
      {review.warnings.length === 0 ? null : (
        <label className={styles["check"]}>
          <input type="checkbox" checked={isSeen} onChange={({ target }) => setSeen(target.checked)} /> I have checked
          the {counted(review.warnings.length, "warning")} above
        </label>
      )}
      {approve.isError ? <ProblemNotice error={approve.error} /> : null}
      <Button kind="primary" disabled={!isSeen || approve.isPending} onClick={() => approve.mutate()}>
        {approve.isPending ? "Approving" : "Approve this port baseline"}
      </Button>
    </>
  );
}
