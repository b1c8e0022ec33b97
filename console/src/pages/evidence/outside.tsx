import { useMutation } from "@tanstack/react-query";
import { CircleCheck, OctagonAlert, TriangleAlert } from "lucide-react";
import type { AgainstResult } from "../../../../src/contract/index.ts";
import { call } from "../../api/call.ts";
import { Button } from "../../components/button.tsx";
import { Mark } from "../../components/marks.tsx";
import { Panel } from "../../components/page.tsx";
import { ProblemNotice } from "../../components/problem-notice.tsx";
import { count } from "../../time/format.ts";
import styles from "./evidence.module.css";

/** The checkpoints that the configured destinations hold, compared with the log. */
export function Outside() {
  const compare = useMutation({ mutationFn: () => call("evidence.against", { published: true }) });
  return (
    <Panel title="Checkpoints outside">
      <p>
        Reads the newest checkpoints in the configured directory, git repository and bucket. A database that was set
        back, cut or replaced contradicts them.
      </p>
      <div>
        <Button disabled={compare.isPending} onClick={() => compare.mutate()}>
          {compare.isPending ? "Comparing" : "Compare with the destinations"}
        </Button>
      </div>
      {compare.isError ? <ProblemNotice error={compare.error} /> : null}
      {compare.data === undefined ? null : <Compared result={compare.data} />}
    </Panel>
  );
}

function Compared({ result }: { readonly result: AgainstResult }) {
  const { destinations = [], found, next } = result;
  return (
    <div role="status">
      <Verdict result={result} />
      <ul className={styles["list"]}>
        {destinations.map(({ name, checkpoints, problem }) => (
          <li key={name}>
            <bdi>{name}</bdi>: {count(checkpoints)} {checkpoints === 1 ? "checkpoint" : "checkpoints"}
            {problem === undefined ? null : <>, not read whole: {problem}</>}
          </li>
        ))}
        {found.map(({ from, verdict, problem }) => (
          <li key={from}>
            <strong>{verdict}</strong>: {problem} <bdi>{from}</bdi>
          </li>
        ))}
      </ul>
      {next === undefined ? null : <p>Next: {next}</p>}
    </div>
  );
}

function Verdict({ result: { ok, compared, contained, destinations = [] } }: { readonly result: AgainstResult }) {
  const tally = `${count(contained)} of ${count(compared)} ${compared === 1 ? "checkpoint" : "checkpoints"}`;
  if (ok) {
    return (
      <Mark tone="good" icon={<CircleCheck aria-hidden size={16} />}>
        The log is that of the checkpoints: it has {tally}.
      </Mark>
    );
  }
  if (destinations.length === 0) {
    return (
      <Mark tone="warn" icon={<TriangleAlert aria-hidden size={16} />}>
        No destination that can be read is configured, so nothing was compared.
      </Mark>
    );
  }
  return contained === compared ? (
    <Mark tone="warn" icon={<TriangleAlert aria-hidden size={16} />}>
      Not every destination was read: the log has {tally} that were.
    </Mark>
  ) : (
    <Mark tone="bad" icon={<OctagonAlert aria-hidden size={16} />}>
      The log is not that of the checkpoints: it has {tally}.
    </Mark>
  );
}
