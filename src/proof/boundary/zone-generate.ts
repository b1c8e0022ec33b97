import { unreadableSource } from "./source-record.ts";

/** One directive makes at most the records of a /16. */
const MOST_GENERATED = 65_536;
const WIDEST = 63;
const PLACEHOLDER = /\\\$|\$\$|\$\{(-?\d{1,9})(?:,(\d{1,2})(?:,([doxX]))?)?\}|\$(?!\{)/g;

/** The records of BIND's `$GENERATE first-last[/step] owner … data`; `words` follow the directive. */
export function* generated(
  words: readonly string[],
  line: number,
): Generator<{ readonly owner: string; readonly words: readonly string[] }> {
  const [range = "", owner = "", ...rest] = words;
  const [, first, last, step = "1"] = /^(\d{1,9})-(\d{1,9})(?:\/(\d{1,9}))?$/.exec(range) ?? [];
  const [from, to, by] = [Number(first), Number(last), Number(step)];
  const known = [owner, ...rest].every((word) => !word.replace(PLACEHOLDER, "").includes("$"));
  if (first === undefined || !(from <= to) || by < 1 || rest.length < 2 || !known) {
    throw unreadableSource(
      "This $GENERATE cannot be read.",
      "Write the zone as one file with named-compilezone, and import that.",
      line,
    );
  }
  if ((to - from) / by >= MOST_GENERATED) {
    throw unreadableSource(
      `This $GENERATE makes more than ${MOST_GENERATED} records.`,
      "Split the range, or import the networks that are in use.",
      line,
    );
  }
  for (let value = from; value <= to; value += by) {
    yield { owner: filled(owner, value), words: rest.map((word) => filled(word, value)) };
  }
}

function filled(template: string, value: number): string {
  return template.replace(PLACEHOLDER, (found, offset: string = "0", width: string = "0", base: string = "d") => {
    if (found === "\\$" || found === "$$") return "$";
    const digits = (value + Number(offset)).toString(base === "d" ? 10 : base === "o" ? 8 : 16);
    return (base === "X" ? digits.toUpperCase() : digits).padStart(Math.min(Number(width), WIDEST), "0");
  });
}
