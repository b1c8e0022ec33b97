/** Letters that may remain of a password once everything that a guesser tries first is taken out. */
const FEWEST_OF_ITS_OWN = 5;

/**
 * Words of the passwords that leak most often, in the languages of the keyboards that they are typed on. They are
 * ordinary words, months and seasons, so the list is ours; a list of leaked passwords has millions of lines, nearly all
 * of them too short for twelve characters.
 */
const WORDS =
  "password passwort passwd kennwort motdepasse contrasena passcode passphrase secret geheim letmein welcome willkommen bienvenue bonjour hello hallo admin administrator administrateur root user superuser login signin access changeme default guest test testing demo temp master manager security secure monkey dragon shadow sunshine princess football baseball basketball soccer hockey superman batman starwars pokemon iloveyou trustno summer winter spring autumn sommer herbst fruehling january february march april june july august september october november december monday tuesday wednesday thursday friday saturday sunday company office internet computer server linux windows samsung google facebook freedom whatever please money love god jesus scanner network portscan portolan";

/** Rows of keyboards and the alphabet: any four neighbours, in either direction, count as a sequence. */
const ROWS = [
  "abcdefghijklmnopqrstuvwxyz",
  "01234567890",
  "qwertyuiop",
  "qwertzuiop",
  "azertyuiop",
  "asdfghjkl",
  "zxcvbnm",
  "yxcvbnm",
  "1q2w3e4r5t6z7u8i9o0p",
  "1q2w3e4r5t6y7u8i9o0p",
  "qazwsxedcrfvtgbyhn",
];
const SEQUENCES = ROWS.flatMap((row) => [row, [...row].toReversed().join("")]).flatMap((row) =>
  Array.from({ length: row.length - 3 }, (_, at) => row.slice(at, at + 4)),
);

/** Digits and signs that stand for letters. */
const LETTER_FOR: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  $: "s",
  "!": "i",
};

/**
 * Why a guesser finds this password early; undefined if it is not easy to guess (NIST SP 800-63B-4, section 3.1.1.2).
 * Words, names, repetitions and sequences are taken out of it, spelled with letters or with digits in their place: too
 * little of its own may not remain. `about`: names and addresses of its user.
 */
export function passwordProblem(password: string, about: readonly string[] = []): string | undefined {
  const plain = fold(password);
  if (new Set(plain).size < FEWEST_OF_ITS_OWN) return "It repeats a few characters.";
  if (/^(.{1,8}?)\1+.{0,8}$/su.test(plain)) return "It repeats itself.";
  const own = about.flatMap((text) => fold(text).split(/[^\p{L}\p{N}]+/u)).filter((part) => part.length >= 3);
  const read = (text: string, words: readonly string[]): number => weight(rest(text, words));
  const known = [...WORDS.split(" "), ...own].toSorted((a, b) => b.length - a.length);
  // Sequences first: with letters in the place of digits, 1234 would no longer be one.
  const unsequenced = withoutSequences(plain);
  if (Math.min(read(unsequenced, known), read(lettered(unsequenced), known.map(lettered))) >= FEWEST_OF_ITS_OWN) {
    return undefined;
  }
  return "It consists of common words, of names, or of characters in a row.";
}

/** In letters: a digit or a sign is half as hard to guess as part of a word that a person chose. */
function weight(text: string): number {
  const all = text.replaceAll(/\s/gu, "").length;
  return (all + text.replaceAll(/\P{L}/gu, "").length) / 2;
}

function fold(text: string): string {
  return text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
}

function lettered(text: string): string {
  return [...text].map((character) => LETTER_FOR[character] ?? character).join("");
}

function rest(text: string, known: readonly string[]): string {
  return known.reduce((left, word) => left.replaceAll(word, " "), text);
}

/** Without the characters of each run of four or more neighbours, and of each character repeated three times or more. */
function withoutSequences(text: string): string {
  const taken = new Set<number>();
  for (let at = 0; at + 4 <= text.length; at += 1) {
    if (SEQUENCES.includes(text.slice(at, at + 4))) for (const each of [0, 1, 2, 3]) taken.add(at + each);
  }
  return [
    ...text.replaceAll(/[^]/gu, (character, at: number) => (taken.has(at) ? " ".repeat(character.length) : character)),
  ]
    .join("")
    .replaceAll(/(\S)\1{2,}/gu, " ");
}
