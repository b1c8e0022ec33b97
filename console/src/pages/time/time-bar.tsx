import { timeline, type Lane } from "@portolan/charts";
import { useNavigate } from "@tanstack/react-router";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useEffect, useId, useMemo, useState } from "react";
import { Button } from "../../components/button.tsx";
import { Chart } from "../../components/chart.tsx";
import { Instant } from "../../components/instant.tsx";
import { gapsOf, turnBeside, type Window } from "../../map/window.ts";
import { dateTime } from "../../time/format.ts";
import { readInstant, utc } from "../../time/instant.ts";
import { ZONE } from "../../time/zone.ts";
import styles from "./time-bar.module.css";

/** Milliseconds after the last move until the instant goes into the URL. */
const SETTLED = 350;
/** Positions of the slider. */
const STEPS = 2_000;

/** The instant as a slider and a field, over the times in which something was unknown. */
export function TimeBar({
  held,
  instant,
  given,
  compared,
  onMove,
  onCompare,
}: {
  readonly held: Window;
  readonly instant: number;
  /** The instant in the URL. */
  readonly given: number;
  readonly compared: number | undefined;
  readonly onMove: (instant: number) => void;
  readonly onCompare: (instant: number | undefined) => void;
}) {
  const navigate = useNavigate();
  const { from, to } = held;
  useEffect(() => {
    if (instant === given) return undefined;
    const timer = window.setTimeout(() => {
      void navigate({
        to: ".",
        replace: true,
        search: (search: Record<string, unknown>) => ({ ...search, at: instant >= to ? undefined : utc(instant) }),
      });
    }, SETTLED);
    return () => window.clearTimeout(timer);
  }, [instant, given, to, navigate]);
  const lanes = useMemo(
    () =>
      held.axes.vantagePoints.map(({ name }, vantage): Lane => {
        const gaps = gapsOf(held, vantage);
        return {
          label: name,
          spans: gaps.map(({ from: begins, to: ends, share }) => ({
            from: begins,
            to: ends,
            kind: "unknown" as const,
            title: `unknown from ${dateTime(begins)} to ${dateTime(ends)}: up to ${Math.ceil(share * 100)} % of the rows`,
          })),
        };
      }),
    [held],
  );
  const step = Math.max(1_000, Math.ceil((to - from) / STEPS));
  const back = turnBeside(held.turns, instant, -1);
  const forth = turnBeside(held.turns, instant, 1);
  return (
    <section className={styles["bar"]} aria-label="Time">
      <Chart
        draw={(layout) => timeline({ from, to, zone: ZONE, at: instant, lanes }, layout)}
        legend={{ unknown: "something was unknown: nobody looked in time" }}
      />
      <div className={`${styles["slide"]} no-print`}>
        <input
          type="range"
          aria-label="Instant"
          aria-valuetext={dateTime(instant)}
          min={from}
          max={to}
          step={step}
          value={instant}
          onChange={({ target }) => onMove(Math.min(to, Number(target.value) >= to - step ? to : Number(target.value)))}
        />
      </div>
      <div className={styles["controls"]}>
        <Button disabled={back === undefined} onClick={() => back !== undefined && onMove(back)}>
          <ChevronLeft aria-hidden size={15} /> Earlier change
        </Button>
        <strong className={styles["now"]}>
          <Instant of={instant} />
        </strong>
        <Button disabled={forth === undefined} onClick={() => forth !== undefined && onMove(forth)}>
          Later change <ChevronRight aria-hidden size={15} />
        </Button>
        <InstantField label="Go to" button="Go" now={to} from={from} onChosen={onMove} />
        {compared === undefined ? (
          <>
            <InstantField label="Compare with" button="Compare" now={to} from={from} onChosen={onCompare} />
            <Button onClick={() => onCompare(instant)}>Compare from here</Button>
          </>
        ) : (
          <>
            <span>
              compared with <Instant of={compared} />
            </span>
            <Button onClick={() => onCompare(undefined)}>End the comparison</Button>
          </>
        )}
      </div>
    </section>
  );
}

function InstantField({
  label,
  button,
  now,
  from,
  onChosen,
}: {
  readonly label: string;
  readonly button: string;
  readonly now: number;
  readonly from: number;
  readonly onChosen: (instant: number) => void;
}) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  const id = useId();
  return (
    <form
      className={`${styles["field"]} no-print`}
      onSubmit={(event) => {
        event.preventDefault();
        const instant = readInstant(text, now);
        if (instant === undefined) setProblem(`"${text}" is not an instant. Try -3d, or 2026-03-14 09:00.`);
        else if (instant < from || instant > now) setProblem("That is outside of the period shown.");
        else {
          setProblem("");
          onChosen(instant);
        }
      }}
    >
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        value={text}
        placeholder="-3d"
        spellCheck={false}
        aria-invalid={problem !== ""}
        aria-describedby={`${id}-problem`}
        onChange={({ target }) => setText(target.value)}
      />
      <Button type="submit">{button}</Button>
      <span id={`${id}-problem`} role="status" className={styles["problem"]}>
        {problem}
      </span>
    </form>
  );
}
