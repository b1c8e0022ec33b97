import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import { columnName, type Arranged } from "./arrange.ts";
import { createSurface } from "./canvas-surface.ts";
import { portName, rowName, type Axes } from "./cells.ts";
import { createHeadPool, type HeadPool } from "./head-pool.ts";
import { CELL_HEIGHT, CELL_WIDTH, cellAt, moved, scrollTo, sizeOf, visibleIn } from "./layout.ts";
import { count, counted } from "../time/format.ts";
import styles from "./matrix.module.css";
import type { Scene } from "./paint.ts";

/** A cell by its line and its column of cells, as they are arranged. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/**
 * The map: one canvas, headings and the focused row in the DOM. The canvas scrolls in one element; a row of a grid lies over
 * it, so that arrow keys and assistive technology have real cells.
 */
export function Matrix({
  label,
  axes,
  arranged,
  scene,
  focus,
  onFocus,
  describe,
}: {
  readonly label: string;
  readonly axes: Axes;
  readonly arranged: Arranged;
  readonly scene: Scene;
  readonly focus: Place | undefined;
  readonly onFocus: (place: Place) => void;
  /** What a cell says, in words. */
  readonly describe: (row: number, column: number, vantage: number) => string;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const rowHeads = useRef<HTMLDivElement>(null);
  const columnHeads = useRef<HTMLDivElement>(null);
  const redraw = useRef<(() => void) | undefined>(undefined);
  const latest = useRef({ axes, arranged, scene });
  latest.current = { axes, arranged, scene };
  const [room, setRoom] = useState({ width: 0, height: 0 });
  const id = useId();

  // Everything that happens in a frame of scrolling stays outside of React.
  useEffect(() => {
    const [box, drawing, rows, columns] = [scroller.current, canvas.current, rowHeads.current, columnHeads.current];
    if (box === null || drawing === null || rows === null || columns === null) return undefined;
    const surface = createSurface(drawing);
    const rowPool = rowHeadPool(rows, latest);
    const columnPool = columnHeadPool(columns, latest);
    let frame = 0;
    let drawn: Scene | undefined;
    const draw = (): void => {
      frame = 0;
      const { scene: of } = latest.current;
      if (drawn !== of) {
        rowPool.reset();
        columnPool.reset();
        drawn = of;
      }
      const viewport = { left: box.scrollLeft, top: box.scrollTop, width: box.clientWidth, height: box.clientHeight };
      surface.draw(of, viewport);
      const { firstLine, lastLine, firstColumn, lastColumn } = visibleIn(viewport, of);
      rowPool.show(firstLine, lastLine);
      const { together } = of;
      columnPool.show(Math.floor(firstColumn / together), Math.ceil(lastColumn / together));
      rows.style.transform = `translateY(${-viewport.top}px)`;
      columns.style.transform = `translateX(${-viewport.left}px)`;
    };
    const schedule = (): void => {
      if (frame === 0) frame = requestAnimationFrame(draw);
    };
    const recolour = (): void => {
      surface.recolour();
      schedule();
    };
    redraw.current = schedule;
    const sized = new ResizeObserver(() => {
      surface.resize(box.clientWidth, box.clientHeight);
      setRoom({ width: box.clientWidth, height: box.clientHeight });
      draw();
    });
    sized.observe(box);
    const themed = new MutationObserver(recolour);
    themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    const queries = ["(prefers-color-scheme: dark)", "(forced-colors: active)"].map((query) =>
      window.matchMedia(query),
    );
    for (const query of queries) query.addEventListener("change", recolour);
    box.addEventListener("scroll", schedule, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      sized.disconnect();
      themed.disconnect();
      for (const query of queries) query.removeEventListener("change", recolour);
      box.removeEventListener("scroll", schedule);
      rows.replaceChildren();
      columns.replaceChildren();
    };
  }, []);
  useLayoutEffect(() => redraw.current?.(), [scene, axes, arranged]);

  const size = sizeOf(scene);
  const at = focus ?? {
    line: Math.max(
      0,
      scene.rowOf.findIndex((row) => row >= 0),
    ),
    column: 0,
  };
  const go = (place: Place): void => {
    const box = scroller.current;
    if (box !== null) {
      const viewport = { left: box.scrollLeft, top: box.scrollTop, width: box.clientWidth, height: box.clientHeight };
      const { left, top } = scrollTo(place, viewport);
      box.scrollTo({ left, top, behavior: "instant" });
    }
    onFocus(place);
  };
  const cells = useMemo(() => focusedRow(axes, scene, at.line, describe), [axes, scene, at.line, describe]);
  return (
    <div className={styles["matrix"]} style={{ maxHeight: size.height + BESIDES }}>
      <div className={styles["corner"]} aria-hidden>
        <span>asset</span>
        <span>port</span>
      </div>
      <div className={styles["columnHeads"]} aria-hidden>
        <div ref={columnHeads} />
      </div>
      <div className={styles["rowHeads"]} aria-hidden>
        <div ref={rowHeads} />
      </div>
      <div ref={scroller} className={styles["scroller"]} data-matrix>
        <div className={styles["spacer"]} style={{ width: size.width, height: size.height }}>
          <div className={styles["stuck"]} style={{ width: room.width, height: room.height }}>
            <canvas ref={canvas} role="img" aria-label={label} />
          </div>
          <div
            className={styles["grid"]}
            role="grid"
            aria-label={`Cells of the map. ${label}`}
            aria-rowcount={scene.lines}
            aria-colcount={scene.columns + 1}
            aria-activedescendant={scene.lines === 0 ? undefined : `${id}-${at.column}`}
            tabIndex={0}
            onPointerDown={(event) => {
              const box = scroller.current;
              if (box === null || event.button !== 0) return;
              const { left, top } = box.getBoundingClientRect();
              const found = cellAt(
                event.clientX - left,
                event.clientY - top,
                { left: box.scrollLeft, top: box.scrollTop },
                scene,
              );
              if (found !== undefined) onFocus(found);
            }}
            onKeyDown={(event) => {
              const page = Math.max(1, Math.floor(room.height / CELL_HEIGHT) - 1);
              const next = moved(event.key, at, scene, page, event.ctrlKey || event.metaKey);
              if (next === undefined || event.altKey) return;
              event.preventDefault();
              go(next);
            }}
          >
            {scene.lines === 0 ? null : (
              <div
                role="row"
                aria-rowindex={at.line + 1}
                className={styles["row"]}
                style={{ top: at.line * CELL_HEIGHT, width: size.width }}
              >
                <span role="rowheader" aria-colindex={1} className="visually-hidden">
                  {cells.name}
                </span>
                {cells.texts.slice(Math.max(0, at.column - NEAR), at.column + NEAR + 1).map((text, near) => {
                  const column = Math.max(0, at.column - NEAR) + near;
                  return (
                    <span
                      key={column}
                      id={`${id}-${column}`}
                      role="gridcell"
                      aria-colindex={column + 2}
                      aria-selected={column === at.column}
                      className={styles["cell"]}
                      style={{ left: column * CELL_WIDTH }}
                    >
                      <span className="visually-hidden">{text}</span>
                    </span>
                  );
                })}
              </div>
            )}
          </div>
        </div>
      </div>
      <p className={styles["where"]} role="status">
        {sizeText(axes, arranged)}
      </p>
    </div>
  );
}

/** The height of the column headings, the line below the map and a scroll bar. */
const BESIDES = 46 + 31 + 18;

/** Cells beside the focused one that are in the DOM. */
const NEAR = 40;

function sizeText({ rows, ports, vantagePoints }: Axes, arranged: Arranged): string {
  const { vantages } = arranged;
  const from = vantages.map((vantage) => vantagePoints[vantage]?.name ?? "").join(", ");
  const sides = vantages.length > 1 ? `; each port from left to right as seen from ${from}` : `, seen from ${from}`;
  return `${count(arranged.rows)} of ${counted(rows.asset.length, "row")}, ${count(arranged.columns.length)} of ${counted(ports.length, "port")}${sides}`;
}

type Latest = { readonly current: { readonly axes: Axes; readonly arranged: Arranged; readonly scene: Scene } };

function rowHeadPool(box: HTMLElement, latest: Latest): HeadPool {
  return createHeadPool(
    box,
    (element, line) => {
      const { axes, arranged, scene } = latest.current;
      const row = scene.rowOf[line] ?? -1;
      const group = row < 0 ? arranged.groups[-1 - row] : undefined;
      element.className = (row < 0 ? styles["groupHead"] : styles["rowHead"]) ?? "";
      const [name, rest] =
        row < 0
          ? [group?.name === "" ? "none" : (group?.name ?? ""), `${group?.rows ?? 0}`]
          : [rowName(axes, row), axes.rows.addresses[row] ?? ""];
      if (element.childElementCount === 0)
        element.append(document.createElement("bdi"), document.createElement("span"));
      const [first, second] = element.children;
      if (first !== undefined) first.textContent = name;
      if (second !== undefined) second.textContent = rest === "" ? "no address" : rest;
      element.title = `${name} ${rest}`;
    },
    (element, line) => {
      element.style.top = `${line * CELL_HEIGHT}px`;
    },
  );
}

function columnHeadPool(box: HTMLElement, latest: Latest): HeadPool {
  return createHeadPool(
    box,
    (element, index) => {
      const { axes, arranged } = latest.current;
      element.className = styles["columnHead"] ?? "";
      element.textContent = portName(axes, arranged.columns[index] ?? 0);
    },
    (element, index) => {
      const { together } = latest.current.scene;
      element.style.left = `${index * together * CELL_WIDTH}px`;
      element.style.width = `${together * CELL_WIDTH}px`;
    },
  );
}

function focusedRow(
  axes: Axes,
  scene: Scene,
  line: number,
  describe: (row: number, column: number, vantage: number) => string,
): { readonly name: string; readonly texts: readonly string[] } {
  const row = scene.rowOf[line] ?? -1;
  if (row < 0) return { name: "A heading of a group", texts: Array.from({ length: scene.columns }, () => "heading") };
  return {
    name: `${rowName(axes, row)} ${axes.rows.addresses[row] ?? ""}`,
    texts: Array.from({ length: scene.columns }, (_, at) => {
      const [column, vantage] = [scene.columnOf[at] ?? 0, scene.vantageOf[at] ?? 0];
      return `${columnName(axes, column, vantage, scene.together > 1)}: ${describe(row, column, vantage)}`;
    }),
  };
}
