import { useEffect, useState, type ReactNode } from "react";
import styles from "./filter-bar.module.css";

/** Filters of a list, in one line above it. */
export function FilterBar({ children }: { readonly children: ReactNode }) {
  return (
    <div className={`${styles["bar"]} no-print`} role="search">
      {children}
    </div>
  );
}

/** Text that narrows the list while it is typed; `/` leads here. */
export function TextFilter({
  label,
  value,
  onChange,
  placeholder,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
}) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return undefined;
    const timer = window.setTimeout(() => onChange(text), 200);
    return () => window.clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <input
      className={styles["text"]}
      type="search"
      data-filter
      aria-label={label}
      placeholder={placeholder ?? label}
      value={text}
      onChange={({ target }) => setText(target.value)}
    />
  );
}

export function ChoiceFilter({
  label,
  value,
  choices,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  /** Value and words. */
  readonly choices: readonly (readonly [string, string])[];
  readonly onChange: (value: string) => void;
}) {
  return (
    <label className={styles["choice"]}>
      <span>{label}</span>
      <select value={value} onChange={({ target }) => onChange(target.value)}>
        {choices.map(([choice, words]) => (
          <option key={choice} value={choice}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}
