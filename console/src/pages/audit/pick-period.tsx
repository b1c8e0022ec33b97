import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "../../components/button.tsx";
import buttons from "../../components/button.module.css";
import { Panel } from "../../components/page.tsx";
import { utc } from "../../time/instant.ts";
import { serverNow } from "../../time/now.ts";
import styles from "./audit.module.css";
import { readPeriod } from "./period.ts";

/** Whether every target was scanned in a period, and the evidence of it to take away. */
export function PickPeriod() {
  const navigate = useNavigate();
  const [from, setFrom] = useState("-90d");
  const [to, setTo] = useState("now");
  const period = readPeriod(from, to, serverNow());
  const days = period.from === undefined || period.to === undefined ? 0 : Math.ceil((period.to - period.from) / 864e5);
  return (
    <Panel title="A whole period">
      <form
        className={styles["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          if (period.to === undefined) return;
          void navigate({ to: "/continuity", search: { days: String(days), at: utc(period.to) } as never });
        }}
      >
        <div className={styles["fields"]}>
          <label>
            From
            <input value={from} spellCheck={false} onChange={({ target }) => setFrom(target.value)} />
          </label>
          <label>
            To
            <input value={to} spellCheck={false} onChange={({ target }) => setTo(target.value)} />
          </label>
        </div>
        <p className={period.problem === undefined ? "soft" : styles["problem"]} role="status">
          {period.problem ?? "One disposition for each target and day, and each gap with who explained it."}
        </p>
        <div className={styles["actions"]}>
          <Button type="submit" kind="primary" disabled={period.problem !== undefined}>
            Show the continuity
          </Button>
          {period.from === undefined || period.to === undefined ? null : (
            <a
              className={buttons["button"]}
              href={`/api/v1/evidence/export?${new URLSearchParams({ from: utc(period.from), to: utc(period.to) }).toString()}`}
              download
            >
              Download the evidence
            </a>
          )}
        </div>
      </form>
    </Panel>
  );
}
