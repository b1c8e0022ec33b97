import { CalendarClock, Check, Copy } from "lucide-react";
import { useId, useState } from "react";
import { Button } from "../components/button.tsx";
import { Disclosure } from "../components/disclosure.tsx";
import { dateTime } from "../time/format.ts";
import { readInstant, utc } from "../time/instant.ts";
import styles from "./as-of-control.module.css";
import { useAsOf } from "./as-of.ts";

const BACK = ["-1h", "-1d", "-7d", "-30d"] as const;

/** The instant that every page is about, as one field; and a link to exactly this view. */
export function AsOfControl() {
  const { instant, isNow, set } = useAsOf();
  return (
    <Disclosure
      className={`${styles["button"]} ${isNow ? "" : styles["past"]}`}
      label={
        <>
          <CalendarClock aria-hidden size={16} />
          <span>{isNow ? "Now" : `As of ${dateTime(instant)}`}</span>
        </>
      }
      name={isNow ? "As of now. Choose an instant" : `As of ${dateTime(instant)}. Choose another instant`}
    >
      {(close) => (
        <AsOfForm
          initial={isNow ? "now" : utc(instant)}
          onChosen={(chosen) => {
            set(chosen);
            close();
          }}
        />
      )}
    </Disclosure>
  );
}

function AsOfForm({
  initial,
  onChosen,
}: {
  readonly initial: string;
  readonly onChosen: (instant: number | undefined) => void;
}) {
  const [text, setText] = useState(initial);
  const [problem, setProblem] = useState("");
  const field = useId();
  const choose = (given: string): void => {
    const now = Date.now();
    const instant = readInstant(given, now);
    if (instant === undefined) setProblem(`"${given}" is not an instant. Try -3d, or 2026-03-14 09:00.`);
    else if (instant > now) setProblem("The record says nothing about the future. Choose an earlier instant.");
    else onChosen(given.trim() === "now" || given.trim() === "" ? undefined : instant);
  };
  return (
    <form
      className={styles["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        choose(text);
      }}
    >
      <label htmlFor={field}>Show the record as of</label>
      <div className={styles["line"]}>
        <input
          id={field}
          value={text}
          autoFocus
          spellCheck={false}
          aria-describedby={`${field}-about`}
          aria-invalid={problem !== ""}
          onChange={({ target }) => setText(target.value)}
          onFocus={({ target }) => target.select()}
        />
        <Button type="submit" kind="primary">
          Show
        </Button>
      </div>
      <p id={`${field}-about`} className={problem === "" ? "soft" : styles["problem"]} role="status">
        {problem === "" ? "now, -1h, -2d12h, 2026-03-14 09:00, or RFC 3339" : problem}
      </p>
      <input
        type="datetime-local"
        aria-label="Date and time"
        onChange={({ target }) => {
          if (target.value !== "") setText(target.value);
        }}
      />
      <div className={styles["line"]}>
        {BACK.map((each) => (
          <Button key={each} onClick={() => choose(each)}>
            {each}
          </Button>
        ))}
        <Button onClick={() => choose("now")}>Now</Button>
      </div>
      <ShareLink />
    </form>
  );
}

/** Copies the address of this view with its instant pinned, so that it shows the same to whoever opens it. */
function ShareLink() {
  const { instant } = useAsOf();
  const [isCopied, setCopied] = useState(false);
  return (
    <Button
      kind="quiet"
      onClick={() => {
        const url = new URL(window.location.href);
        url.searchParams.set("at", utc(instant));
        void navigator.clipboard.writeText(url.href).then(() => setCopied(true));
      }}
    >
      {isCopied ? <Check aria-hidden size={15} /> : <Copy aria-hidden size={15} />}
      {isCopied ? "Link copied" : "Copy a link to this view at this instant"}
    </Button>
  );
}
