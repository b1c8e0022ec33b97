import { useEffect, type ReactNode } from "react";
import styles from "./page.module.css";

/** The frame of a page: its title, a sentence about it, its actions. */
export function PageFrame({
  title,
  about,
  actions,
  children,
}: {
  readonly title: string;
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} - Portolan`;
  }, [title]);
  return (
    <>
      <div className={styles["head"]}>
        <div>
          <h1>
            <bdi>{title}</bdi>
          </h1>
          {about === undefined ? null : <p className="soft">{about}</p>}
        </div>
        {actions === undefined ? null : <div className={`${styles["actions"]} no-print`}>{actions}</div>}
      </div>
      {children}
    </>
  );
}

export function Panel({
  title,
  aside,
  children,
}: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className={styles["panel"]} aria-label={title}>
      <div className={styles["panelHead"]}>
        <h2>{title}</h2>
        {aside === undefined ? null : <div className="soft">{aside}</div>}
      </div>
      {children}
    </section>
  );
}

/** Nothing to show, why, and what to do about it. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className={styles["empty"]}>
      <p>{title}</p>
      {children === undefined ? null : <div className="soft">{children}</div>}
    </div>
  );
}

/** Panels side by side where there is room. */
export function Columns({ children }: { readonly children: ReactNode }) {
  return <div className={styles["columns"]}>{children}</div>;
}
