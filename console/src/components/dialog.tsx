import { useEffect, useRef, type ReactNode } from "react";
import styles from "./dialog.module.css";

/** A modal dialog on the browser's own element: it traps focus, closes on Escape and gives focus back. */
export function Dialog({
  title,
  onClose,
  isTitleHidden = false,
  children,
}: {
  readonly title: string;
  readonly onClose: () => void;
  readonly isTitleHidden?: boolean;
  readonly children: ReactNode;
}) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    element.current?.showModal();
  }, []);
  return (
    <dialog
      ref={element}
      className={styles["dialog"]}
      aria-label={title}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === element.current) element.current?.close();
      }}
    >
      <div className={styles["content"]}>
        <h2 className={isTitleHidden ? "visually-hidden" : undefined}>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}
