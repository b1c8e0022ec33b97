import { quoted } from "../platform/documents/index.ts";
import { numberSpans, type Span } from "./spans.ts";

type ReadOctets =
  | { readonly ok: true; readonly spans: readonly Span<number>[] }
  | { readonly ok: false; readonly problem: string; readonly fix: string };

/** Separate runs of addresses that one expression may stand for: 10.0-255.0-255.1-254 has 65,536. */
const RUN_LIMIT = 1 << 17;

/** nmap octet ranges: each of the four octets a list of numbers and ranges, `10.0-3.1-254.1,5`; `-` alone is 0-255. */
export function readOctetRanges(text: string): ReadOctets {
  const parts = text.split(".");
  if (parts.length !== 4) {
    return {
      ok: false,
      problem: `${quoted(text)} does not have four octets`,
      fix: "write four numbers or ranges with dots between them: 10.0.0.1-20",
    };
  }
  // From the right: the runs of the last octets, as offsets in a block of `size` addresses.
  let runs: Span<number>[] = [[0, 0]];
  let size = 1;
  for (const part of parts.toReversed()) {
    const octets = readOctet(part, text);
    if (!octets.ok) return octets;
    const whole = runs.length === 1 && runs[0]?.[0] === 0 && runs[0][1] === size - 1;
    const blocks = whole
      ? octets.spans.length
      : octets.spans.reduce((count, [first, last]) => count + last - first + 1, 0);
    if (blocks * runs.length > RUN_LIMIT) {
      return {
        ok: false,
        problem: `${quoted(text)} falls apart into more than ${RUN_LIMIT} separate ranges`,
        fix: "write it as CIDR blocks and exclude what is not meant",
      };
    }
    const inner = runs;
    const width = size;
    if (whole) {
      runs = octets.spans.map(([first, last]): Span<number> => [first * width, last * width + width - 1]);
    } else {
      runs = octets.spans.flatMap(([first, last]) =>
        Array.from({ length: last - first + 1 }, (_, step) => (first + step) * width).flatMap((base) =>
          inner.map((run): Span<number> => [base + run[0], base + run[1]]),
        ),
      );
    }
    size = width * 256;
  }
  return { ok: true, spans: runs };
}

function readOctet(part: string, text: string): ReadOctets {
  const spans: Span<number>[] = [];
  for (const piece of part.split(",")) {
    const match = /^(\d*)(-?)(\d*)$/.exec(piece);
    const [, from = "", dash = "", to = ""] = match ?? [];
    if (match === null || (from === "" && dash === "")) {
      return {
        ok: false,
        problem: `${quoted(piece, 40)} in ${quoted(text)} is not an octet`,
        fix: "write a number from 0 to 255 or a range of them",
      };
    }
    for (const number of [from, to]) {
      if (Number(number) > 255)
        return {
          ok: false,
          problem: `octet ${number.slice(0, 12)} in ${quoted(text)} is above 255`,
          fix: "use numbers from 0 to 255",
        };
      if (/^0\d/.test(number)) {
        return {
          ok: false,
          problem: `octet ${number.slice(0, 12)} in ${quoted(text)} begins with 0, which some read as octal`,
          fix: `write ${Number(number)}`,
        };
      }
    }
    const first = from === "" ? 0 : Number(from);
    const last = dash === "" ? first : to === "" ? 255 : Number(to);
    if (first > last)
      return {
        ok: false,
        problem: `the range ${quoted(piece, 40)} in ${quoted(text)} is reversed`,
        fix: `write ${last}-${first}`,
      };
    spans.push([first, last]);
  }
  return { ok: true, spans: numberSpans.normalize(spans) };
}
