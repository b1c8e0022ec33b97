import { useEffect, useId, useState } from "react";
import { Disclosure } from "../components/disclosure.tsx";
import type { FilterProblem } from "./filter.ts";
import styles from "./filter-field.module.css";

const HELP: readonly (readonly [string, string])[] = [
  ["port:5432  port:8000-8100  port:udp/53", "these ports"],
  ["open closed filtered silent unknown required", "the state"],
  ["authorized unauthorized expired elsewhere", "the decision about an open port"],
  ["insecure  finding", "open findings about it"],
  ["shadow", "hosts that no asset declares"],
  ['host:web  segment:dmz  type:db  owner:"team web"', "rows"],
  ["from:internet  from:outside", "a vantage point, by name or kind"],
  ["!authorized", "not"],
];

/** The filter of the map: typed, kept in the URL, with its errors below it. `/` leads here. */
export function FilterField({
  value,
  problems,
  onChange,
}: {
  readonly value: string;
  readonly problems: readonly FilterProblem[];
  readonly onChange: (value: string) => void;
}) {
  const [text, setText] = useState(value);
  const id = useId();
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return undefined;
    const timer = window.setTimeout(() => onChange(text), 150);
    return () => window.clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <div className={styles["field"]}>
      <input
        type="search"
        data-filter
        className={styles["text"]}
        aria-label="Filter the cells"
        aria-describedby={id}
        aria-invalid={problems.length > 0}
        placeholder="port:5432 open from:internet !authorized"
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <Disclosure className={styles["help"]} name="What the filter understands" label="?">
        {() => (
          <dl className={styles["words"]}>
            {HELP.map(([words, meaning]) => (
              <div key={words}>
                <dt className="mono">{words}</dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
        )}
      </Disclosure>
      <p id={id} role="status" className={styles["problems"]}>
        {problems.map(({ at, message }) => `Character ${at + 1}: ${message}`).join(" ")}
      </p>
    </div>
  );
}
