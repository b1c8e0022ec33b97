import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { GapExplanationView, GapResult } from "../../../../src/contract/index.ts";
import { meQuery } from "../../api/account.ts";
import { call } from "../../api/call.ts";
import { read } from "../../api/query.ts";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Facts } from "../../components/facts.tsx";
import { Instant } from "../../components/instant.tsx";
import { Loaded } from "../../components/loading.tsx";
import { Empty } from "../../components/page.tsx";
import { ProblemNotice } from "../../components/problem-notice.tsx";
import { span } from "../../time/format.ts";
import { ExplainForm } from "./explain-form.tsx";

/** One gap: its cause, what other sources covered of it, its explanations, and whether another person accepted them. */
export function GapDialog({ gap, onClose }: { readonly gap: string; readonly onClose: () => void }) {
  const query = useQuery(read("gaps.show", { gap }));
  const { data: me } = useQuery(meQuery);
  return (
    <Dialog title="Gap" onClose={onClose}>
      <Loaded of={query}>
        {(shown) => (
          <>
            <GapFacts shown={shown} />
            <Evidence of={shown.evidence} />
            <h3>Explanations</h3>
            {shown.explanations.length === 0 ? <Empty title="Nobody has explained it." /> : null}
            <ul>
              {shown.explanations.map((explanation) => (
                <Explanation
                  key={explanation.explanation}
                  gap={gap}
                  explanation={explanation}
                  maySign={me?.may.includes("gaps:sign-off") === true}
                />
              ))}
            </ul>
            {shown.unexplained.length > 0 && me?.may.includes("gaps:explain") === true ? (
              <ExplainForm gap={gap} />
            ) : null}
          </>
        )}
      </Loaded>
    </Dialog>
  );
}

function GapFacts({ shown }: { readonly shown: GapResult }) {
  const { asset, vantage, from, to, goesOn, seconds, cause, unexplained, unsigned } = shown;
  const total = (parts: readonly { readonly from: string; readonly to: string }[]): string =>
    span(parts.reduce((sum, part) => sum + Date.parse(part.to) - Date.parse(part.from), 0));
  return (
    <Facts
      of={{
        Asset: <bdi>{asset}</bdi>,
        "Seen from": <bdi>{vantage}</bdi>,
        From: <Instant of={from} />,
        To: (
          <>
            <Instant of={to} />
            {goesOn ? ", and it goes on" : ""}
          </>
        ),
        Length: span(seconds * 1_000),
        "Recorded cause": cause ?? "none",
        "Not explained": unexplained.length === 0 ? "nothing" : total(unexplained),
        "Explained, not accepted": unsigned.length === 0 ? "nothing" : total(unsigned),
      }}
    />
  );
}

function Evidence({ of }: { readonly of: GapResult["evidence"] }) {
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  return (
    <>
      <h3>What other sources covered</h3>
      {of.length === 0 ? <Empty title="Nothing: no other source observed it meanwhile." /> : null}
      <ul>
        {of.map(({ kind, name, endpoints, time, from, to }) => (
          <li key={`${kind} ${name}`}>
            {kind} <bdi>{name}</bdi>: {percent(endpoints)} of its endpoints
            {time === undefined ? ", a list that observes nothing" : `, in ${percent(time)} of the time`},{" "}
            <Instant of={from} /> to <Instant of={to} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Explanation({
  gap,
  explanation: { explanation, cause, text, references, explainedBy, explainedAt, signedOff },
  maySign,
}: {
  readonly gap: string;
  readonly explanation: GapExplanationView;
  readonly maySign: boolean;
}) {
  const client = useQueryClient();
  const [isSure, setSure] = useState(false);
  const sign = useMutation({
    mutationFn: () => call("gaps.signOff", { gap, explanation }),
    onSuccess: () => client.invalidateQueries(),
  });
  return (
    <li>
      <strong>{cause}</strong> <bdi>{text}</bdi>
      {references.length === 0 ? null : (
        <>
          {" "}
          <bdi className="soft">{references.join(", ")}</bdi>
        </>
      )}
      <p className="soft">
        by <bdi>{explainedBy}</bdi>, <Instant of={explainedAt} />.{" "}
        {signedOff === undefined ? (
          "Nobody has accepted it."
        ) : (
          <>
            Accepted by <bdi>{signedOff.by}</bdi>, <Instant of={signedOff.at} />.
          </>
        )}
      </p>
      {signedOff === undefined && maySign ? (
        <p>
          <label>
            <input type="checkbox" checked={isSure} onChange={({ target }) => setSure(target.checked)} /> I have read it
            and accept it.
          </label>{" "}
          <Button kind="primary" disabled={!isSure || sign.isPending} onClick={() => sign.mutate()}>
            Sign off
          </Button>
        </p>
      ) : null}
      {sign.isError ? <ProblemNotice error={sign.error} /> : null}
    </li>
  );
}
