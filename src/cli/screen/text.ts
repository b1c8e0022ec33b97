/**
 * C0 and C1 controls, DEL, line and paragraph separators, zero-width and bidirectional controls, lone surrogates, tags:
 * characters that could move the cursor, hide text, or make a line read as something else.
 */
const UNSAFE =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Cs}/gu;

const MOST = 500;

/**
 * Makes a text from outside (banner, YAML value, host name, path, another program's message) safe for a terminal. Unsafe
 * characters become escapes; a text longer than `most` is cut and ends with an ellipsis.
 */
export function plain(text: string, most: number = MOST): string {
  const points = text.length > most ? [...text.slice(0, most + 1)] : undefined;
  const bounded = points !== undefined && text.length > most ? `${points.slice(0, most - 1).join("")}…` : text;
  return bounded.replace(UNSAFE, (found) => {
    const code = found.codePointAt(0) ?? 0;
    if (code <= 0xff) return `\\x${code.toString(16).padStart(2, "0")}`;
    return code <= 0xffff ? `\\u${code.toString(16).padStart(4, "0")}` : `\\u{${code.toString(16)}}`;
  });
}

/** The same for a text of several lines, whose line feeds stay. */
export function plainLines(text: string): string {
  return text
    .split("\n")
    .map((line) => plain(line, 2_000))
    .join("\n");
}

/** JSON for a terminal or a pipe: the characters that {@link plain} escapes are JSON escapes, which keep the value. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replace(UNSAFE, (found) =>
    found === "\n"
      ? found
      : [...Array(found.length).keys()]
          .map((at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, "0")}`)
          .join(""),
  );
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}]|[\u{20000}-\u{3fffd}]/u;
const MARK = /\p{M}/u;

/** Columns of one code point on a terminal: 0 for a combining mark, 2 for East Asian wide ones and pictographs, else 1. */
export function columnsOf(point: string): number {
  if (point < "\u0300") return 1;
  if (MARK.test(point)) return 0;
  return WIDE.test(point) ? 2 : 1;
}

export function widthOf(text: string): number {
  let width = 0;
  for (const point of text) width += columnsOf(point);
  return width;
}
