/**
 * The query language of the map: words that all have to be true of a cell, `!` for not, `key:value` with quotes around a
 * value that has blanks: `port:5432 open from:internet !authorized owner:"team web"`.
 */

export const STATE_WORDS = [
  "open",
  "closed",
  "filtered",
  "silent",
  "unknown",
  "required",
  "authorized",
  "unauthorized",
  "expired",
  "elsewhere",
  "insecure",
  "finding",
] as const;
export type StateWord = (typeof STATE_WORDS)[number];

const TEXT_KEYS = ["host", "segment", "type", "owner", "from"] as const;
type TextKey = (typeof TEXT_KEYS)[number];

export interface PortSpan {
  readonly transport?: "tcp" | "udp" | undefined;
  readonly first: number;
  readonly last: number;
}

export type Term = { readonly not: boolean } & (
  | { readonly about: "port"; readonly spans: readonly PortSpan[] }
  | { readonly about: TextKey; readonly text: string }
  | { readonly about: "state"; readonly word: StateWord }
  | { readonly about: "shadow" }
);

export interface FilterProblem {
  /** Where in the text, from 0. */
  readonly at: number;
  readonly message: string;
}

export interface Filter {
  readonly terms: readonly Term[];
  /** Words that were left out, because they mean nothing. */
  readonly problems: readonly FilterProblem[];
}

/** Reads a filter. Text that is not one gives problems, and the rest still applies. */
export function parseFilter(text: string): Filter {
  const terms: Term[] = [];
  const problems: FilterProblem[] = [];
  for (const { at, word, isClosed } of wordsIn(text)) {
    if (!isClosed) problems.push({ at, message: "The quote is not closed." });
    const not = /^[!-]./.test(word);
    const term = readTerm(not ? word.slice(1) : word, not);
    if (typeof term === "string") problems.push({ at, message: term });
    else terms.push(term);
  }
  return { terms, problems };
}

interface Word {
  readonly at: number;
  readonly word: string;
  readonly isClosed: boolean;
}

function* wordsIn(text: string): Generator<Word> {
  let at = -1;
  let isQuoted = false;
  for (let index = 0; index <= text.length; index += 1) {
    const letter = text[index];
    if (letter === '"') isQuoted = !isQuoted;
    const isEnd = letter === undefined || (!isQuoted && /\s/.test(letter));
    if (isEnd && at >= 0) {
      yield { at, word: text.slice(at, index), isClosed: !isQuoted };
      at = -1;
    } else if (!isEnd && at < 0) at = index;
  }
}

function readTerm(word: string, not: boolean): Term | string {
  const colon = word.indexOf(":");
  const key = colon > 0 ? word.slice(0, colon).toLowerCase() : "";
  const value = word.slice(colon + 1).replaceAll('"', "");
  if (key === "port") {
    const spans = value.split(",").map(readPorts);
    const wrong = spans.find((span) => typeof span === "string");
    return typeof wrong === "string" ? wrong : { not, about: "port", spans: spans as PortSpan[] };
  }
  const about = TEXT_KEYS.find((each) => each === key);
  if (about !== undefined) {
    return value === "" ? `Give a value after "${key}:".` : { not, about, text: value.toLowerCase() };
  }
  // An IPv6 address has colons, too.
  if (/^[a-z]+$/.test(key) && !/^[\da-f:]+$/i.test(word))
    return `"${key}:" is not a key. The keys are port, ${TEXT_KEYS.join(", ")}.`;
  const state = STATE_WORDS.find((each) => each === word.toLowerCase());
  if (state !== undefined) return { not, about: "state", word: state };
  if (word.toLowerCase() === "shadow") return { not, about: "shadow" };
  const plain = word.replaceAll('"', "").toLowerCase();
  return plain === "" ? "An empty word matches nothing." : { not, about: "host", text: plain };
}

function readPorts(text: string): PortSpan | string {
  const [, transport, from = "", to = from] = /^(?:(tcp|udp)\/)?(\d{1,5})(?:-(\d{1,5}))?$/i.exec(text) ?? [];
  const [first, last] = [Number(from), Number(to)];
  if (from === "" || first < 1 || last > 65_535)
    return `"${text}" is not a port. Write port:443, port:8000-8100 or port:udp/53.`;
  if (first > last) return `The ports ${text} end before they begin.`;
  return { first, last, ...(transport === undefined ? {} : { transport: transport.toLowerCase() as "tcp" | "udp" }) };
}

/** A word with a value in quotes where it needs them, to put into a filter. */
export function termText(key: string, value: string): string {
  return /[\s"]/.test(value) ? `${key}:"${value.replaceAll('"', "")}"` : `${key}:${value}`;
}
