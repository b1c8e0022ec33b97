/**
 * The characters that the compiler of a PDF says no font can draw. It reports each text that holds one, as Rust prints a
 * string within a string.
 */
export function undrawable(message: string): ReadonlySet<string> {
  const texts = [...message.matchAll(/the text `\\"(.*?)\\"` could not be displayed/gs)].map(([, text = ""]) =>
    text.replaceAll(/\\\\u\{([0-9a-f]{1,6})\}/g, (_all, code: string) =>
      String.fromCodePoint(Number.parseInt(code, 16)),
    ),
  );
  return new Set([...texts.join("")].filter((character) => character > "\u007f"));
}

/** JSON in which `\u{6f22}` stands for each of these characters, as for one that cannot be seen. */
export function withEscapes(json: string, characters: ReadonlySet<string>): string {
  // None of them is ASCII, so they are nowhere but in strings.
  return [...json]
    .map((character) =>
      characters.has(character) ? `\\\\u{${(character.codePointAt(0) ?? 0).toString(16)}}` : character,
    )
    .join("");
}
