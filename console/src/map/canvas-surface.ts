import { CELL_HEIGHT, CELL_WIDTH, type Viewport } from "./layout.ts";
import { drawCell, paint, type CellKind, type Palette, type Scene } from "./paint.ts";

const TOKENS = {
  surface: "--surface",
  sunken: "--sunken",
  line: "--line",
  ink: "--ink",
  open: "--open",
  closed: "--line-strong",
  unknown: "--unknown",
  bad: "--bad",
  warn: "--warn",
  good: "--good",
} as const satisfies Record<keyof Palette, string>;

/** In forced colours there are few; the shapes tell the kinds apart. */
const FORCED = {
  surface: "Canvas",
  sunken: "Canvas",
  line: "GrayText",
  ink: "CanvasText",
  open: "CanvasText",
  closed: "CanvasText",
  unknown: "CanvasText",
  bad: "Highlight",
  warn: "Highlight",
  good: "CanvasText",
} as const satisfies Record<keyof Palette, string>;

const FAINT = 0.22;

/** The colours in use now, resolved through an element, because a canvas knows no custom properties. */
export function currentPalette(beside: HTMLElement): Palette {
  const probe = document.createElement("span");
  probe.hidden = true;
  probe.style.forcedColorAdjust = "none";
  beside.append(probe);
  const isForced = window.matchMedia("(forced-colors: active)").matches;
  const names = Object.keys(TOKENS) as (keyof Palette)[];
  const colours = names.map((name) => {
    probe.style.color = isForced ? FORCED[name] : `var(${TOKENS[name]})`;
    return [name, getComputedStyle(probe).color] as const;
  });
  probe.remove();
  return Object.fromEntries(colours) as unknown as Palette;
}

/** A canvas that draws scenes in the resolution of the screen. */
export function createSurface(canvas: HTMLCanvasElement): {
  resize(width: number, height: number): void;
  recolour(): void;
  draw(scene: Scene, viewport: Viewport): void;
} {
  const context = canvas.getContext("2d", { alpha: false });
  if (context === null) throw new Error("This browser draws no canvas.");
  let palette = currentPalette(canvas.parentElement ?? document.body);
  let scale = window.devicePixelRatio;
  const patterns = new Map<string, CanvasPattern | string>();
  const patternOf = (kind: CellKind, isFaint: boolean): CanvasPattern | string => {
    const key = `${kind} ${String(isFaint)}`;
    const known = patterns.get(key);
    if (known !== undefined) return known;
    const made = tile(kind, isFaint, palette, scale);
    const pattern = context.createPattern(made, "repeat") ?? palette.surface;
    if (typeof pattern !== "string")
      pattern.setTransform(new DOMMatrix().scale(CELL_WIDTH / made.width, CELL_HEIGHT / made.height));
    patterns.set(key, pattern);
    return pattern;
  };
  return {
    resize(width, height) {
      if (scale !== window.devicePixelRatio) patterns.clear();
      scale = window.devicePixelRatio;
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    },
    recolour() {
      palette = currentPalette(canvas.parentElement ?? document.body);
      patterns.clear();
    },
    draw(scene, viewport) {
      context.setTransform(scale, 0, 0, scale, 0, 0);
      paint(context, scene, viewport, palette, patternOf);
    },
  };
}

function tile(kind: CellKind, isFaint: boolean, palette: Palette, scale: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(CELL_WIDTH * scale);
  canvas.height = Math.round(CELL_HEIGHT * scale);
  const context = canvas.getContext("2d");
  if (context === null) return canvas;
  context.scale(canvas.width / CELL_WIDTH, canvas.height / CELL_HEIGHT);
  drawCell(context, kind, palette);
  if (isFaint) {
    context.globalAlpha = 1 - FAINT;
    context.fillStyle = palette.surface;
    // The lines between the cells stay.
    context.fillRect(0, 0, CELL_WIDTH - 1, CELL_HEIGHT - 1);
  }
  return canvas;
}

/** The drawing of one kind, for a legend. */
export function drawSample(canvas: HTMLCanvasElement, kind: CellKind): void {
  const made = tile(kind, false, currentPalette(canvas.parentElement ?? document.body), window.devicePixelRatio);
  canvas.width = made.width;
  canvas.height = made.height;
  canvas.getContext("2d")?.drawImage(made, 0, 0);
}
