import { createElement, useEffect, useId, useRef, useState, type ReactNode } from "react";
import { paintOf, type Drawing, type Kind, type Layout, type Palette, type Shape } from "@portolan/charts";
import styles from "./chart.module.css";

const PALETTE: Palette = {
  ink: "var(--ink)",
  soft: "var(--soft)",
  line: "var(--line)",
  surface: "var(--surface)",
  kinds: {
    open: "var(--open)",
    closed: "var(--closed)",
    silent: "var(--unknown)",
    unknown: "var(--unknown)",
    bad: "var(--bad)",
    good: "var(--good)",
    warn: "var(--warn)",
    excluded: "var(--sunken)",
  },
};

/** A chart in the width that it has, with its legend and its text alternative. */
export function Chart({
  draw,
  legend,
}: {
  readonly draw: (layout: Layout) => Drawing;
  readonly legend?: Readonly<Partial<Record<Kind, string>>>;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const id = useId().replace(/\W/g, "");
  useEffect(() => {
    if (box.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  const drawing = width === 0 ? undefined : draw({ width, id, palette: PALETTE, labels: width < 520 ? 84 : 130 });
  return (
    <figure className={styles["chart"]}>
      <div ref={box} className={styles["box"]}>
        {drawing === undefined ? null : (
          <svg
            role="img"
            aria-label={drawing.label}
            width={drawing.width}
            height={drawing.height}
            viewBox={`0 0 ${drawing.width} ${drawing.height}`}
          >
            {drawing.shapes.map(elementOf)}
          </svg>
        )}
      </div>
      {legend === undefined ? null : <Legend of={legend} id={id} />}
    </figure>
  );
}

function Legend({ of, id }: { readonly of: Readonly<Partial<Record<Kind, string>>>; readonly id: string }) {
  return (
    <figcaption className={styles["legend"]}>
      {(Object.entries(of) as [Kind, string][]).map(([kind, words]) => (
        <span key={kind}>
          <svg width={18} height={12} aria-hidden>
            <rect
              x={0.5}
              y={0.5}
              width={17}
              height={11}
              fill={paintOf(kind, id, PALETTE)}
              stroke="var(--line-strong)"
              strokeWidth={0.75}
            />
          </svg>
          {words}
        </span>
      ))}
    </figcaption>
  );
}

function elementOf(part: Shape | string, index: number): ReactNode {
  if (typeof part === "string") return part;
  const attributes = Object.fromEntries(
    Object.entries(part.attributes).map(([name, value]) => [reactName(name), value]),
  );
  return createElement(part.tag, { key: index, ...attributes }, ...(part.children ?? []).map(elementOf));
}

/** React's names of SVG attributes: `stroke-width` is `strokeWidth`; `data-` stays. */
function reactName(name: string): string {
  return name.startsWith("data-") ? name : name.replace(/-(\w)/g, (_dash, letter: string) => letter.toUpperCase());
}
