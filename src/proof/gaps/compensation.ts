import { formatInstant, type CompensatingEvidence, type Period } from "../../model/index.ts";
import { anyOf, lengthOf, within } from "../continuity/index.ts";
import { withoutPeriods } from "./explained.ts";

type Kind = CompensatingEvidence["kind"];

/** A part of a gap in which its subject had `endpoints`, all of them known but in the stretches. */
export interface KnownPart extends Period {
  readonly endpoints: number;
  readonly stretches: readonly (Period & { readonly known: number })[];
}

/** What a source that scans knew in a gap; undefined: nothing. */
export function scannedEvidence(
  kind: Kind,
  name: string,
  parts: readonly KnownPart[],
): CompensatingEvidence | undefined {
  let [most, known, all, length] = [0, 0, 0, 0];
  const times: Period[] = [];
  for (const { from, to, endpoints, stretches } of parts) {
    length += to - from;
    all += endpoints * (to - from);
    const whole = endpoints === 0 ? [] : withoutPeriods([{ from, to }], anyOf([stretches]));
    const some = [
      ...whole.map((each) => ({ ...each, known: endpoints })),
      ...stretches.filter((each) => each.known > 0),
    ];
    for (const each of some) {
      times.push(each);
      known += each.known * (each.to - each.from);
      most = Math.max(most, each.known / endpoints);
    }
  }
  return evidenceOf(kind, name, anyOf([times]), { endpoints: most, length, share: all === 0 ? 0 : known / all });
}

/** What a sensor knew that watched some of a subject's addresses; `addresses` is their share, 0 to 1. */
export function watchedEvidence(
  name: string,
  gap: Period,
  watched: readonly Period[],
  addresses: number,
): CompensatingEvidence | undefined {
  if (addresses === 0) return undefined;
  const times = within(gap, anyOf([watched]));
  const length = gap.to - gap.from;
  return evidenceOf("host-sensor", name, times, {
    endpoints: addresses,
    length,
    share: (addresses * lengthOf(times)) / length,
  });
}

function evidenceOf(
  kind: Kind,
  name: string,
  times: readonly Period[],
  { endpoints, length, share }: { readonly endpoints: number; readonly length: number; readonly share: number },
): CompensatingEvidence | undefined {
  const [first, last] = [times.at(0), times.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  return {
    kind,
    name,
    endpoints: rounded(endpoints),
    time: rounded(lengthOf(times) / length),
    share: rounded(share),
    from: formatInstant(first.from),
    to: formatInstant(last.to),
  };
}

/** Down to a millionth: only what was whole reads as whole, and the entry states the same digits as the row. */
function rounded(share: number): number {
  return Math.floor(share * 1_000_000) / 1_000_000;
}
