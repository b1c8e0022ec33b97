import { useNavigate } from "@tanstack/react-router";
import { useId, useState } from "react";
import { Button } from "../../components/button.tsx";
import { Panel } from "../../components/page.tsx";
import { readInstant, utc } from "../../time/instant.ts";
import { serverNow } from "../../time/now.ts";
import styles from "./audit.module.css";

/** What was open at an instant: the asset list as of then. */
export function PickInstant() {
  const navigate = useNavigate();
  const problemId = useId();
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  return (
    <Panel title="What was open then?">
      <form
        className={styles["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          const now = serverNow();
          const instant = text.trim() === "" ? undefined : readInstant(text, now);
          if (instant === undefined) setProblem("Give an instant, such as 2026-03-14 09:00 or -30d.");
          else if (instant > now) setProblem("The record says nothing about the future.");
          else void navigate({ to: "/assets", search: { at: utc(instant) } as never });
        }}
      >
        <label>
          Instant
          <input
            value={text}
            spellCheck={false}
            placeholder="2026-03-14 09:00"
            aria-invalid={problem !== ""}
            aria-describedby={problemId}
            onChange={({ target }) => setText(target.value)}
          />
        </label>
        <p id={problemId} className={problem === "" ? "soft" : styles["problem"]} role="status">
          {problem === "" ? "In your time zone, or RFC 3339. Where nobody looked, the answer is unknown." : problem}
        </p>
        <div className={styles["actions"]}>
          <Button type="submit" kind="primary">
            Show the record as of then
          </Button>
        </div>
      </form>
    </Panel>
  );
}
