import { useMutation } from "@tanstack/react-query";
import { CircleCheck, OctagonAlert } from "lucide-react";
import { useState } from "react";
import { call } from "../../api/call.ts";
import { Button } from "../../components/button.tsx";
import { Facts } from "../../components/facts.tsx";
import { Mark } from "../../components/marks.tsx";
import { Panel } from "../../components/page.tsx";
import { ProblemNotice } from "../../components/problem-notice.tsx";
import { count } from "../../time/format.ts";
import styles from "./evidence.module.css";

/** The server's own check of its log, against a checkpoint that somebody keeps elsewhere. */
export function Verification() {
  const [checkpoint, setCheckpoint] = useState("");
  const verify = useMutation({
    mutationFn: () =>
      call("evidence.verify", {
        answers: true as never,
        ...(checkpoint.trim() === "" ? {} : { checkpoint: [`${checkpoint.trim()}\n`] as never }),
      }),
  });
  return (
    <Panel title="Verify on the server">
      <form
        className={styles["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          verify.mutate();
        }}
      >
        <label>
          A checkpoint that you keep elsewhere, to compare the log with
          <textarea
            rows={4}
            spellCheck={false}
            value={checkpoint}
            onChange={({ target }) => setCheckpoint(target.value)}
            className="mono"
          />
        </label>
        <div>
          <Button type="submit" kind="primary" disabled={verify.isPending}>
            {verify.isPending ? "Verifying" : "Verify the log and all answers"}
          </Button>
        </div>
      </form>
      {verify.isError ? <ProblemNotice error={verify.error} /> : null}
      {verify.data === undefined ? null : (
        <div role="status">
          {verify.data.ok ? (
            <Mark tone="good" icon={<CircleCheck aria-hidden size={16} />}>
              The log verifies, and no row that was compared contradicts it.
            </Mark>
          ) : (
            <Mark tone="bad" icon={<OctagonAlert aria-hidden size={16} />}>
              The log does not verify, or rows contradict it.
            </Mark>
          )}
          <Facts
            of={{
              Entries: count(verify.data.entries),
              Checkpoints: `${count(verify.data.checkpoints)}${verify.data.held === undefined ? "" : `, ${count(verify.data.held)} of them held elsewhere`}`,
              "Root hash": <code>{verify.data.rootHash}</code>,
              "Key fingerprint":
                verify.data.key?.fingerprint === undefined ? undefined : <code>{verify.data.key.fingerprint}</code>,
            }}
          />
          {verify.data.ok ? null : (
            <details open>
              <summary>What differs</summary>
              <pre>{JSON.stringify(verify.data, undefined, 2)}</pre>
            </details>
          )}
          <p className="soft">
            This server checked its own record. An auditor who trusts nobody checks the bundle below with its own
            verifier, offline.
          </p>
        </div>
      )}
    </Panel>
  );
}
