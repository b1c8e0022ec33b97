import { Check, Copy } from "lucide-react";
import { useId, useState, type InputHTMLAttributes, type ReactNode, type SubmitEventHandler } from "react";
import { Button } from "./button.tsx";
import styles from "./form.module.css";
import { ProblemNotice } from "./problem-notice.tsx";

/** A form that is sent by its button or Enter; its problem stands above the button. */
export function Form({
  onSubmit,
  error,
  isPending,
  action,
  kind = "plain",
  children,
}: {
  readonly onSubmit: () => void;
  readonly error?: unknown;
  readonly isPending: boolean;
  /** The words of its button. */
  readonly action: string;
  readonly kind?: "plain" | "primary" | "danger";
  readonly children: ReactNode;
}) {
  const submit: SubmitEventHandler<HTMLFormElement> = (event) => {
    event.preventDefault();
    if (!isPending) onSubmit();
  };
  return (
    <form className={styles["form"]} onSubmit={submit}>
      {children}
      {error === undefined || error === null ? null : <ProblemNotice error={error} />}
      <Button type="submit" kind={kind} disabled={isPending}>
        {action}
      </Button>
    </form>
  );
}

export function Field({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <label className={styles["field"]}>
      {label}
      {children}
    </label>
  );
}

export function TextField({
  label,
  hint,
  value,
  onChange,
  ...rest
}: Omit<InputHTMLAttributes<HTMLInputElement>, "value" | "onChange"> & {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <div className={styles["hinted"]}>
      <Field label={label}>
        <input
          {...rest}
          aria-describedby={hint === undefined ? undefined : id}
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
      </Field>
      {hint === undefined ? null : (
        <small id={id} className="soft">
          {hint}
        </small>
      )}
    </div>
  );
}

export function CheckField({
  label,
  isChecked,
  onChange,
}: {
  readonly label: ReactNode;
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
}) {
  return (
    <label className={styles["check"]}>
      <input type="checkbox" checked={isChecked} onChange={({ target }) => onChange(target.checked)} />
      <span>{label}</span>
    </label>
  );
}

export function Choices({ legend, children }: { readonly legend: string; readonly children: ReactNode }) {
  return (
    <fieldset className={styles["choices"]}>
      <legend>{legend}</legend>
      {children}
    </fieldset>
  );
}

/** Buttons and words in one line. */
export function Line({ children }: { readonly children: ReactNode }) {
  return <div className={styles["line"]}>{children}</div>;
}

/** Things one below the other, each with what can be done to it. */
export function Rows({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <ul className={styles["rows"]} aria-label={label}>
      {children}
    </ul>
  );
}

export function Row({ children, actions }: { readonly children: ReactNode; readonly actions?: ReactNode }) {
  return (
    <li>
      <div>{children}</div>
      {actions === undefined ? null : <Line>{actions}</Line>}
    </li>
  );
}

/** A secret, or a command with one, which is shown this once. */
export function ShownOnce({ about, text }: { readonly about: ReactNode; readonly text: string }) {
  return (
    <div className={styles["once"]} role="status">
      <p>{about}</p>
      <pre>{text}</pre>
      <Line>
        <CopyButton text={text} />
      </Line>
    </div>
  );
}

export function CopyButton({ text, label = "Copy" }: { readonly text: string; readonly label?: string }) {
  const [state, setState] = useState<"ready" | "copied" | "refused">("ready");
  return (
    <>
      <Button
        onClick={() => {
          const copying = window.isSecureContext ? navigator.clipboard.writeText(text) : Promise.reject(new Error());
          copying.then(
            () => setState("copied"),
            () => setState("refused"),
          );
        }}
      >
        {state === "copied" ? <Check aria-hidden size={15} /> : <Copy aria-hidden size={15} />}
        {label}
      </Button>
      <span role="status" className="soft">
        {state === "copied"
          ? "Copied."
          : state === "refused"
            ? "The browser refused: select the text and copy it."
            : ""}
      </span>
    </>
  );
}

/** A button whose act cannot be undone: it asks once more, in place. */
export function ConfirmButton({
  label,
  name,
  question,
  isPending = false,
  onConfirm,
}: {
  readonly label: string;
  /** The accessible name, which says what it acts on. */
  readonly name: string;
  readonly question: string;
  readonly isPending?: boolean;
  readonly onConfirm: () => void;
}) {
  const [isAsking, setAsking] = useState(false);
  if (!isAsking)
    return (
      <Button aria-label={name} disabled={isPending} onClick={() => setAsking(true)}>
        {label}
      </Button>
    );
  return (
    <>
      <span role="status">{question}</span>
      <Button
        kind="danger"
        autoFocus
        onClick={() => {
          setAsking(false);
          onConfirm();
        }}
      >
        {`Yes, ${label.toLowerCase()}`}
      </Button>
      <Button onClick={() => setAsking(false)}>Cancel</Button>
    </>
  );
}
