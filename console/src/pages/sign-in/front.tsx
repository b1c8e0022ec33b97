import { useEffect, type ReactNode } from "react";
import styles from "./front.module.css";

/** The frame of the pages before somebody is signed in. */
export function Front({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} - Portolan`;
  }, [title]);
  return (
    <main className={styles["front"]}>
      <p className={styles["brand"]}>Portolan</p>
      <div className={styles["card"]}>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}

/** Other ways than the form above. */
export function OtherWays({ children }: { readonly children: ReactNode }) {
  return <div className={styles["others"]}>{children}</div>;
}
