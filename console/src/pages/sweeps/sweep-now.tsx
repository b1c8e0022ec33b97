import { useQuery } from "@tanstack/react-query";
import { Radar, Square } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { SweepProgress, SweepResult } from "../../../../src/contract/index.ts";
import { meQuery } from "../../api/account.ts";
import { runSweep } from "../../api/run-sweep.ts";
import { Button } from "../../components/button.tsx";
import { ProblemNotice } from "../../components/problem-notice.tsx";
import { SweepLink } from "../../components/record-links.tsx";
import { count } from "../../time/format.ts";
import styles from "./sweep-now.module.css";

/** A sweep at once, of the whole scope or of the given targets, with its progress. Leaving the page stops it. */
export function SweepNow({ targets = [], ports }: { readonly targets?: readonly string[]; readonly ports?: string }) {
  const { data: me } = useQuery(meQuery);
  const [progress, setProgress] = useState<SweepProgress | "starting">();
  const [result, setResult] = useState<SweepResult>();
  const [problem, setProblem] = useState<unknown>();
  const stopping = useRef<AbortController>(undefined);
  useEffect(() => () => stopping.current?.abort(), []);
  if (me?.may.includes("sweep:run") !== true) return null;

  const begin = (): void => {
    const stop = new AbortController();
    stopping.current = stop;
    setProblem(undefined);
    setResult(undefined);
    setProgress("starting");
    runSweep(targets, { onProgress: setProgress, signal: stop.signal, ports })
      .then(setResult, (error: unknown) => {
        if (!stop.signal.aborted) setProblem(error);
      })
      .finally(() => setProgress(undefined));
  };
  return (
    <div className={styles["sweep"]}>
      {progress === undefined ? (
        <Button kind="primary" onClick={begin}>
          <Radar aria-hidden size={15} /> Sweep now
        </Button>
      ) : (
        <>
          <Progress of={progress} />
          <Button kind="danger" onClick={() => stopping.current?.abort()}>
            <Square aria-hidden size={13} /> Stop
          </Button>
        </>
      )}
      {result === undefined ? null : (
        <p role="status">
          <SweepLink id={result.sweep.id} /> {result.sweep.verdict}: {count(result.sweep.counts?.open ?? 0)} open of{" "}
          {count(result.sweep.planned)}.
        </p>
      )}
      {problem === undefined ? null : <ProblemNotice error={problem} />}
    </div>
  );
}

function Progress({ of }: { readonly of: SweepProgress | "starting" }) {
  if (of === "starting") return <span role="status">starting</span>;
  const { phase, done, planned, open, rate } = of;
  return (
    <label className={styles["progress"]}>
      <span role="status">
        {phase}: {count(done)} of {count(planned)}, {count(open)} open, {count(Math.round(rate))}/s
      </span>
      <progress value={done} max={Math.max(1, planned)} />
    </label>
  );
}
