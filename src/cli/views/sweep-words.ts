import type { SweepSummary } from "../../contract/index.ts";
import { count, counted, ENDPOINT_STATES, type EndpointState } from "../../model/index.ts";
import type { Page } from "../screen/page.ts";
import { toned, type Toned } from "../screen/style.ts";
import { roughly, utcAndLocal } from "../screen/time.ts";

/** The meaning of each state, in words that cannot be mistaken for "clean". */
export const STATE_WORDS: Readonly<Record<EndpointState | "unknown", string>> = {
  open: "open",
  closed: "closed",
  filtered: "filtered",
  "no-response": "without an answer (nothing is known)",
  unreachable: "unreachable (nothing is known)",
  "not-scanned": "NOT SCANNED",
  unknown: "UNKNOWN (nobody looked in time)",
};

/**
 * With fewer canaries, a recall says nothing: even if all of 35 were seen, the 95 % interval begins at 90 %, and with 3
 * of 3 it begins at 29 %. The figures stay in the JSON, and a miss is as serious as ever: the verdict has its own rule.
 */
const LEAST_CANARIES = 36;

/** The recall with its interval, rounded away from certainty: 99.97 % is not 100 %. */
export function recallText(recall: SweepSummary["recall"]): string {
  if (recall === undefined) return "recall not measured: no endpoint there was known to be open before";
  const { canaries, found, low, high } = recall;
  if (canaries < LEAST_CANARIES) {
    return `recall: too few known ports to measure it; the first probe saw ${count(found)} of ${count(canaries)}`;
  }
  const down = (share: number): string => (Math.floor(share * 1_000) / 10).toFixed(1);
  const up = (share: number): string => (Math.ceil(share * 1_000) / 10).toFixed(1);
  return (
    `recall ${down(found / canaries)} %: the first probe saw ${count(found)} of ${count(canaries)} known to be open ` +
    `(95 % confidence: ${down(low)} to ${up(high)} %)`
  );
}

type Counts = Readonly<Partial<Record<EndpointState | "unknown", number>>>;

/** Hosts that answered nothing, and how many endpoints they have. */
export interface SilentHosts {
  readonly silent: number;
  readonly silentEndpoints: number;
}

/**
 * `4 open, 131,066 closed, …`, without empty states; states that hide something are spelled out. Hosts that answered
 * nothing come last and apart: in a range, most addresses belong to nobody, and their ports would drown all others.
 */
export function countsText(counts: Counts, hosts?: SilentHosts): string {
  if (hosts === undefined || hosts.silentEndpoints === 0) return endpointsText(counts);
  const answering = endpointsText(withoutSilent(counts, hosts.silentEndpoints));
  return `${answering === NONE ? "" : `${answering}; `}${silentText(hosts)}`;
}

/** `250 hosts answered nothing, so nothing is known of their 16,384,000 endpoints`. */
export function silentText({ silent, silentEndpoints }: SilentHosts): string {
  const their = silent === 1 ? "its" : "their";
  return `${counted(silent, "host")} answered nothing, so nothing is known of ${their} ${counted(silentEndpoints, "endpoint")}`;
}

/** Every endpoint of a silent host is without a response or unreachable. */
function withoutSilent(counts: Counts, silentEndpoints: number): Counts {
  const { "no-response": noResponse = 0, unreachable = 0 } = counts;
  const fromFirst = Math.min(noResponse, silentEndpoints);
  return {
    ...counts,
    "no-response": noResponse - fromFirst,
    unreachable: Math.max(0, unreachable - (silentEndpoints - fromFirst)),
  };
}

const NONE = "none counted";

function endpointsText(counts: Counts): string {
  const parts = [
    ...ENDPOINT_STATES.filter((state) => state !== "not-scanned"),
    "not-scanned" as const,
    "unknown" as const,
  ]
    .filter((state) => (counts[state] ?? 0) > 0)
    .map((state) => `${count(counts[state] ?? 0)} ${STATE_WORDS[state]}`);
  return parts.length === 0 ? NONE : parts.join(", ");
}

export function verdictWord(sweep: SweepSummary): Toned {
  switch (sweep.verdict) {
    case "complete":
      return toned("good", "complete");
    case "partial":
      return toned("warn", "PARTIAL: it ended before everything was scanned");
    case "untrusted":
      return toned("warn", "UNTRUSTED");
    case undefined:
      return toned("plain", "running");
  }
}

/** The start of a sweep, and its duration. */
export function times({ style }: Page, sweep: SweepSummary): string {
  const from = utcAndLocal(sweep.startedAt, style);
  if (sweep.endedAt === undefined) return `since ${from}`;
  return `${from}, took ${roughly(Date.parse(sweep.endedAt) - Date.parse(sweep.startedAt))}`;
}
