/**
 * A drawing as data: what a chart function returns. The console makes elements of it, a report makes text of it, and both
 * show the same. Same arguments, same drawing: no clock, no locale of the machine, no counter.
 */

export interface Shape {
  readonly tag: "rect" | "line" | "path" | "text" | "g" | "title" | "pattern" | "defs" | "circle";
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children?: readonly (Shape | string)[];
}

export interface Drawing {
  /** In CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** What the drawing shows, in one sentence with its numbers: its text alternative. */
  readonly label: string;
  readonly shapes: readonly Shape[];
}

export function shape(
  tag: Shape["tag"],
  attributes: Readonly<Record<string, string | number | undefined>>,
  ...children: readonly (Shape | string)[]
): Shape {
  const given = Object.entries(attributes).filter(
    (entry): entry is [string, string | number] => entry[1] !== undefined,
  );
  return { tag, attributes: Object.fromEntries(given), children };
}

/** The drawing as one SVG document (SVG 2), with everything from outside escaped. */
export function svgText({ width, height, label, shapes }: Drawing): string {
  const head = `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`;
  return `${head}<title>${escaped(label)}</title>${shapes.map(textOf).join("")}</svg>`;
}

function textOf(part: Shape | string): string {
  if (typeof part === "string") return escaped(part);
  const attributes = Object.entries(part.attributes).map(([name, value]) => ` ${name}="${escaped(String(value))}"`);
  return `<${part.tag}${attributes.join("")}>${(part.children ?? []).map(textOf).join("")}</${part.tag}>`;
}

/** XML 1.0 section 2.2 and 2.4: markup is escaped, characters that a document cannot hold are replaced. */
function escaped(text: string): string {
  return (
    text
      .toWellFormed()
      // oxlint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
      .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
  );
}
