import { shape, type Shape } from "./drawing.ts";

/** What a span of time, or a cell, can say. Each kind has a pattern or shape of its own beside its colour. */
export const KINDS = ["open", "closed", "silent", "unknown", "bad", "good", "warn", "excluded"] as const;
export type Kind = (typeof KINDS)[number];

/** Paints (SVG 2 section 13.2) by what they stand for. */
export interface Palette {
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly surface: string;
  readonly kinds: Readonly<Record<Kind, string>>;
}

/** For paper: readable in grey. */
export const PRINT: Palette = {
  ink: "#1a2430",
  soft: "#545f6c",
  line: "#d9d5ca",
  surface: "#ffffff",
  kinds: {
    open: "#0a5a78",
    closed: "#c9c4b6",
    silent: "#dedad0",
    unknown: "#76705f",
    bad: "#a9261c",
    good: "#1f6638",
    warn: "#7d5200",
    excluded: "#edebe4",
  },
};

/** The patterns that the kinds need, under ids that begin with `id`. */
export function patterns(id: string, { surface, kinds }: Palette): Shape {
  const hatch = (name: string, colour: string, step: number): Shape =>
    shape(
      "pattern",
      {
        id: `${id}-${name}`,
        width: step,
        height: step,
        patternUnits: "userSpaceOnUse",
        patternTransform: "rotate(45)",
      },
      shape("rect", { width: step, height: step, fill: surface }),
      shape("rect", { width: step / 2, height: step, fill: colour }),
    );
  const dots = shape(
    "pattern",
    { id: `${id}-silent`, width: 6, height: 6, patternUnits: "userSpaceOnUse" },
    shape("rect", { width: 6, height: 6, fill: surface }),
    shape("circle", { cx: 3, cy: 3, r: 1.4, fill: kinds.unknown }),
  );
  const crosses = shape(
    "pattern",
    { id: `${id}-bad`, width: 8, height: 8, patternUnits: "userSpaceOnUse" },
    shape("rect", { width: 8, height: 8, fill: kinds.bad }),
    shape("path", { d: "M2 2L6 6M6 2L2 6", stroke: surface, "stroke-width": 1 }),
  );
  return shape("defs", {}, hatch("unknown", kinds.unknown, 7), hatch("warn", kinds.warn, 5), dots, crosses);
}

const PATTERNED: readonly Kind[] = ["unknown", "silent", "warn", "bad"];

/** The paint of a kind: hatched where nothing is known, dotted where nothing answered, crossed where it is bad. */
export function paintOf(kind: Kind, id: string, { kinds }: Palette): string {
  return PATTERNED.includes(kind) ? `url(#${id}-${kind})` : kinds[kind];
}
