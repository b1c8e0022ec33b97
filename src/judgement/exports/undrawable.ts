/**
 * The characters that no font can draw, from the message of the PDF compiler. It reports each text that contains one,
 * in the form that Rust prints a string within a string.
 */
export function undrawable(message: string): ReadonlySet<string> {
  const texts = [...message.matchAll(/the text `\\"(.*?)\\"` could not be displayed/gs)].map(([, text = ""]) =>
    text.replaceAll(/\\\\u\{([0-9a-f]{1,6})\}/g, (_all, code: string) =>
      String.fromCodePoint(Number.parseInt(code, 16)),
    ),
  );
  return new Set([...texts.join("")].filter((character) => character > "\u007f"));
}

/** The JSON with each of these characters written as `\u{6f22}`, like an invisible one. */
export function withEscapes(json: string, characters: ReadonlySet<string>): string {
  // None of them is ASCII, so they occur only in strings.
  return [...json]
    .map((character) =>
      characters.has(character) ? `\\\\u{${(character.codePointAt(0) ?? 0).toString(16)}}` : character,
    )
    .join("");
}
