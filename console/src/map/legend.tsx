import { useEffect, useRef } from "react";
import { drawSample } from "./canvas-surface.ts";
import { CELL_HEIGHT, CELL_WIDTH } from "./layout.ts";
import styles from "./legend.module.css";
import type { CellKind } from "./paint.ts";

export const STATES: readonly (readonly [CellKind, string])[] = [
  ["authorized", "open, authorized"],
  ["unauthorized", "open, not authorized"],
  ["insecure", "open, insecure or outdated"],
  ["undecided", "open, nothing decides"],
  ["not-open", "closed or filtered"],
  ["silent", "no response"],
  ["unknown", "unknown: nobody looked in time"],
  ["empty", "unknown, not required"],
];

/** Over a period, what was never open is known as not open, and no more. */
export const STATES_OF_TIME = STATES.filter(([kind]) => kind !== "silent").map(
  ([kind, words]): readonly [CellKind, string] => [kind, kind === "not-open" ? "known, not open" : words],
);

export const CHANGES: readonly (readonly [CellKind, string])[] = [
  ["opened", "opened"],
  ["closed", "closed"],
  ["became-authorized", "became authorized"],
  ["lost-authorization", "lost its authorization"],
  ["became-unknown", "became unknown"],
  ["became-known", "became known"],
];

/** What the shapes of the map mean. */
export function Legend({ of }: { readonly of: readonly (readonly [CellKind, string])[] }) {
  return (
    <ul className={styles["legend"]} aria-label="What the shapes mean">
      {of.map(([kind, words]) => (
        <li key={kind}>
          <Sample kind={kind} />
          {words}
        </li>
      ))}
    </ul>
  );
}

function Sample({ kind }: { readonly kind: CellKind }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const draw = (): void => {
      if (canvas.current !== null) drawSample(canvas.current, kind);
    };
    draw();
    const queries = ["(prefers-color-scheme: dark)", "(forced-colors: active)"].map((query) =>
      window.matchMedia(query),
    );
    for (const query of queries) query.addEventListener("change", draw);
    const themed = new MutationObserver(draw);
    themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => {
      themed.disconnect();
      for (const query of queries) query.removeEventListener("change", draw);
    };
  }, [kind]);
  return <canvas ref={canvas} aria-hidden style={{ width: CELL_WIDTH, height: CELL_HEIGHT }} />;
}
