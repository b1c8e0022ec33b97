import { useEffect, useId, useRef, useState, type ReactNode } from "react";
import styles from "./disclosure.module.css";

/** A button that shows a panel below itself. Escape, a click elsewhere or leaving by Tab closes it. */
export function Disclosure({
  label,
  name,
  align = "start",
  className,
  children,
}: {
  readonly label: ReactNode;
  /** The accessible name, where `label` is not text. */
  readonly name?: string | undefined;
  readonly align?: "start" | "end";
  readonly className?: string | undefined;
  readonly children: (close: () => void) => ReactNode;
}) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  useEffect(() => {
    if (!isOpen) return undefined;
    const outside = (event: Event): void => {
      if (event.target instanceof Node && box.current?.contains(event.target) === false) setOpen(false);
    };
    const pressed = (event: KeyboardEvent): void => {
      if (event.key !== "Escape") return;
      setOpen(false);
      button.current?.focus();
    };
    document.addEventListener("pointerdown", outside);
    document.addEventListener("focusin", outside);
    document.addEventListener("keydown", pressed);
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("focusin", outside);
      document.removeEventListener("keydown", pressed);
    };
  }, [isOpen]);
  return (
    <div className={styles["box"]} ref={box}>
      <button
        type="button"
        ref={button}
        className={className}
        aria-expanded={isOpen}
        aria-controls={id}
        aria-label={name}
        onClick={() => setOpen(!isOpen)}
      >
        {label}
      </button>
      <div id={id} hidden={!isOpen} className={`${styles["panel"]} ${styles[align]}`}>
        {isOpen ? children(close) : null}
      </div>
    </div>
  );
}
