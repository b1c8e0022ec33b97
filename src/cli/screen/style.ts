import { count, type Instant } from "../../model/index.ts";

/** How a result is shown. Holds everything that differs between machines, which keeps golden texts the same on all. */
export interface Style {
  /** Columns to fit into. */
  readonly width: number;
  readonly colour: boolean;
  /** IANA name of the reader's time zone, shown beside UTC. */
  readonly timeZone: string;
  readonly now: Instant;
  /** How a person starts this program again. */
  readonly program: string;
}

/** The meaning of a text, which decides its colour. */
export type Tone = "plain" | "strong" | "good" | "bad" | "warn" | "faint";

export interface Toned {
  readonly text: string;
  readonly tone: Tone;
}

export type Value = string | number | Toned;

export function toned(tone: Tone, text: string | number): Toned {
  return { tone, text: typeof text === "number" ? count(text) : text };
}

const SGR: Readonly<Record<Tone, readonly [on: string, off: string] | undefined>> = {
  plain: undefined,
  strong: ["\u001b[1m", "\u001b[22m"],
  good: ["\u001b[32m", "\u001b[39m"],
  bad: ["\u001b[31m", "\u001b[39m"],
  warn: ["\u001b[33m", "\u001b[39m"],
  faint: ["\u001b[2m", "\u001b[22m"],
};

/** Colours a text that is already escaped. */
export function paint(tone: Tone, text: string, style: Pick<Style, "colour">): string {
  const codes = SGR[tone];
  return codes === undefined || !style.colour || text === "" ? text : `${codes[0]}${text}${codes[1]}`;
}
