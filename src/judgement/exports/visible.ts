/**
 * Characters that a reader cannot see, or that make a text read as another one: controls, format characters
 * (bidirectional and zero-width ones among them), private use, lone surrogates, line and paragraph separators, fillers,
 * noncharacters. Variation selectors stay: they choose how the character before them looks.
 */
const INVISIBLE =
  /[[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]--\p{Variation_Selector}]/gv;

/** A run of backslashes that would otherwise read as the beginning of an escape, or run into one. */
const AMBIGUOUS =
  /(?<!\\)\\+(?=u\{|[[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]--\p{Variation_Selector}])/gv;

/**
 * The text as every export shows it: on one line, with invisible characters as `\u{1b}`. Nothing is lost: backslashes
 * directly before an escape, or before text that looks like one, are doubled; all others stay.
 */
export function visible(text: string): string {
  return text
    .replace(AMBIGUOUS, (backslashes) => backslashes + backslashes)
    .replace(INVISIBLE, (found) => `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`);
}

/** The explanation of escapes, for a page or message in which {@link hasEscapes}. */
export const LEGEND = "Characters that cannot be seen are shown as \\u{1b}.";

/** Whether a text holds an escape of {@link visible}, or what looks like one. */
export function hasEscapes(text: string): boolean {
  return /\\u\{[0-9a-f]{1,6}\}/.test(text);
}

/** The text that {@link visible} was given. */
export function unseen(text: string): string {
  return text.replace(
    /(?<!\\)(\\+)u\{(?:([0-9a-f]{1,6})\})?/g,
    (found, backslashes: string, code: string | undefined) => {
      const kept = "\\".repeat(Math.floor(backslashes.length / 2));
      if (backslashes.length % 2 === 0) return `${kept}u{${found.slice(backslashes.length + 2)}`;
      return code === undefined ? found : kept + String.fromCodePoint(Number.parseInt(code, 16));
    },
  );
}

/** At most `most` UTF-16 units, with an ellipsis if something is missing; never half a character. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = most - 1;
  const splits = /[\ud800-\udbff]/.test(text[end - 1] ?? "");
  return `${text.slice(0, splits ? end - 1 : end)}…`;
}
