/**
 * Characters that move a terminal's cursor, colour its text, reorder it or hide in it: Unicode categories Cc, Cf, Co,
 * Cs, Zl, Zp, and the letters that Unicode says to ignore. Text from a file, a banner or a name server may hold them, and none may reach a screen as it is.
 */
const UNPRINTABLE =
  /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}[\p{Default_Ignorable_Code_Point}--\p{Variation_Selector}]\u{2800}]/v;
const EVERY_UNPRINTABLE = new RegExp(UNPRINTABLE, "gv");

/** Whether a person sees all of the text: no control, format, private-use or line-separator characters. */
export function isPrintable(text: string): boolean {
  return !UNPRINTABLE.test(text);
}

/** The text as it may be shown: unprintable characters as `\u{1b}`, cut to `limit` UTF-16 units with an ellipsis. */
export function printable(text: string, limit = 80): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return cut.replace(EVERY_UNPRINTABLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** {@link printable} in double quotes, for error messages. */
export function quoted(text: string, limit = 80): string {
  return `"${printable(text, limit)}"`;
}
