import { useMutation } from "@tanstack/react-query";
import { CircleCheck, CircleHelp, KeyRound, OctagonAlert } from "lucide-react";
import { useState } from "react";
import type { HeldReport } from "../../../../verifier/index.ts";
import { Button } from "../../components/button.tsx";
import { Facts } from "../../components/facts.tsx";
import { Mark } from "../../components/marks.tsx";
import { Panel } from "../../components/page.tsx";
import { ProblemNotice } from "../../components/problem-notice.tsx";
import { count } from "../../time/format.ts";
import styles from "./evidence.module.css";

const VERDICTS = {
  holds: { tone: "good", icon: CircleCheck, text: "This log extends your checkpoint." },
  broken: { tone: "bad", icon: OctagonAlert, text: "This log does not extend your checkpoint." },
  undecided: { tone: "warn", icon: CircleHelp, text: "This browser could not check everything that decides it." },
} as const;

const KEYS = {
  confirmed: { tone: "good", text: "The key has the fingerprint that you gave." },
  another: { tone: "bad", text: "No key of this log has the fingerprint that you gave." },
  "not confirmed": { tone: "warn", text: "Key not confirmed: you gave no fingerprint." },
} as const;

/** A checkpoint from outside against the log of this server, checked by the browser. */
export function HeldVerification() {
  const [note, setNote] = useState("");
  const [fingerprint, setFingerprint] = useState("");
  const verify = useMutation({
    // The verifier is loaded when it is used.
    mutationFn: async () => (await import("./verify-here.ts")).verifyHere(note, fingerprint),
  });
  return (
    <Panel title="Verify in this browser">
      <p className="soft">
        The server gives proofs, and this browser checks them: its signatures, and that its log still begins with every
        entry under a checkpoint that you keep.
      </p>
      <form
        className={styles["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          verify.mutate();
        }}
      >
        <label>
          Checkpoint from your own files, a mail or a letter
          <textarea
            rows={5}
            required
            spellCheck={false}
            value={note}
            onChange={({ target }) => setNote(target.value)}
            className="mono"
          />
        </label>
        <label>
          Fingerprint of the key, from outside this server (optional)
          <input
            spellCheck={false}
            autoComplete="off"
            value={fingerprint}
            placeholder="64 hex digits"
            onChange={({ target }) => setFingerprint(target.value)}
            className="mono"
          />
        </label>
        <div>
          <Button type="submit" kind="primary" disabled={verify.isPending}>
            {verify.isPending ? "Checking" : "Check in this browser"}
          </Button>
        </div>
      </form>
      {verify.isError ? <ProblemNotice error={verify.error} /> : null}
      {verify.data === undefined ? null : <Report of={verify.data} />}
    </Panel>
  );
}

function Report({ of: report }: { readonly of: HeldReport }) {
  const { tone, icon: Icon, text } = VERDICTS[report.verdict];
  const key = KEYS[report.key];
  const { held, now } = report;
  return (
    <div role="status">
      <p>
        <Mark tone={tone} icon={<Icon aria-hidden size={16} />}>
          {text}
        </Mark>
      </p>
      <p>
        <Mark tone={key.tone} icon={<KeyRound aria-hidden size={16} />}>
          {key.text}
        </Mark>
      </p>
      <Facts
        of={{
          Log: <code>{report.origin}</code>,
          "Your checkpoint": held === undefined ? undefined : `${count(held.size)} entries`,
          "This server": now === undefined ? undefined : `${count(now.size)} entries under its latest checkpoint`,
          "Root of this server": now === undefined ? undefined : <code>{now.root}</code>,
          Keys:
            report.fingerprints.length === 0
              ? undefined
              : report.fingerprints.map((each) => (
                  <div key={each}>
                    <code>{each}</code>
                  </div>
                )),
        }}
      />
      <Sentences title="What is wrong" of={report.problems} />
      <Sentences title="Checked by this browser" of={report.checked} />
      <Sentences title="Not checked" of={report.unchecked} />
    </div>
  );
}

function Sentences({ title, of }: { readonly title: string; readonly of: readonly string[] }) {
  if (of.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul>
        {of.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
    </>
  );
}
