import type { Duration, Endpoint, EndpointState } from "../../model/index.ts";
import { doubtOf, type DoubtfulHost, limitsRefusals } from "./doubt.ts";
import { countAnswer, countSilence, forgetSome, isFirm, lossOf, openLossOf, refusalsLimited } from "./loss.ts";
import { createPathRecords, type HostRecord, type NetworkRecord } from "./path-records.ts";
import { createThrottle, type Throttle } from "./throttle.ts";
import { triesFor } from "./tries.ts";

/** The part of an attempt that matters here. */
interface Tried {
  readonly probe: { readonly endpoint: Endpoint };
  readonly tries: number;
}

export interface NetworkCondition {
  /** CIDR text. */
  readonly network: string;
  /** Share of tries that get lost, there or back. */
  readonly loss: number;
  /** Smoothed; over all networks, their mean. */
  readonly roundTrip?: Duration;
  /** Its present limit in probes per second. */
  readonly ceiling?: number;
}

/** The conditions of the networks that a scan passed through. */
export interface ConditionsReport extends Omit<NetworkCondition, "network"> {
  /** Those that lose most first, at most {@link NETWORKS_REPORTED}. */
  readonly networks: readonly NetworkCondition[];
  /** Every answering host whose silence cannot be relied on. */
  readonly doubtful: readonly DoubtfulHost[];
}

/** The path conditions to each host as shown by the tries, and the consequences for further tries. */
export interface Conditions {
  host(address: string): HostRecord;
  /** 0, or in how many milliseconds the path to this host can take another try. Counts nothing. */
  wait(host: HostRecord, now: number): Duration;
  sent(host: HostRecord, now: number): void;
  /** How long to wait for an answer to this try (from 1), `longest` at most. One of a few values. */
  timeout(host: HostRecord, tryNumber: number, longest: Duration): Duration;
  /** `roundTrip` only where the answer can belong to no other try. */
  answered(host: HostRecord, attempt: Tried, state: EndpointState, roundTrip: Duration | undefined, now: number): void;
  silent(host: HostRecord, attempt: Tried, now: number): void;
  /** Whether an endpoint that was silent so often gets another try: `base` at least. Called once for each. */
  grantsTry(host: HostRecord, tries: number, base: number): boolean;
  givenUp(host: HostRecord, attempt: Tried): void;
  /** It was given up, and is tried again or has answered after all. */
  takenUp(host: HostRecord, attempt: Tried): void;
  /** Whether {@link grantsTry} may return a different result later. */
  mayWantMore(host: HostRecord, base: number): boolean;
  report(): ConditionsReport;
}

export const NETWORKS_REPORTED = 64;
/**
 * Timeouts of a try, in milliseconds. The first is many round trips of most networks, and more than most stalls of a
 * loaded host: a spurious retry is a packet too many (compare RFC 6298, section 2.4, which asks for a whole second).
 */
const TIMEOUTS: readonly Duration[] = [300, 400, 550, 750];
/** Further tries for an address that never answered, over all its ports: empty networks must stay cheap. */
const SILENT_HOST_TRIES = 16;
/** First tries answered before a host's own loss is evaluated. */
const HOST_ANSWERS = 64;
/** Refusals before a host can be slowed down for limiting them, and the share of them that has to be missing. */
const HOST_REFUSALS = 20;
const HOST_LOSS = 0.3;
/** The plan's order mixes all hosts, so that a slow one slows the scan: no more than this for the sake of one. */
const HOST_FLOOR_SHARE = 1 / 2;
/** A network is slowed down by itself when it loses so many times what all do. */
const STANDS_OUT = 2;

/** `open`: of an answer; undefined: of silence. */
function countNetwork({ counts, total }: NetworkRecord, tries: number, open: boolean | undefined, at: number): void {
  if (open === undefined) {
    countSilence(counts, tries);
    countSilence(total, tries);
  } else {
    countAnswer(counts, tries, open);
    countAnswer(total, tries, open);
  }
  forgetSome(counts, at);
}

export function createConditions(now: number): Conditions {
  const records = createPathRecords(now);
  const { all } = records;
  /** Whether any throttle ever held something back: usually none does, and each probe would check three. */
  let restrained = false;

  function review(throttle: Throttle, at: number, loss: number): void {
    throttle.review(at, loss);
    if (throttle.ceiling !== Number.POSITIVE_INFINITY) restrained = true;
  }

  function pathLoss(network: NetworkRecord, of: "counts" | "total" = "counts"): number {
    const prior = network === all ? 0 : pathLoss(all, of);
    return limited(network) ? openLossOf(network[of], prior) : lossOf(network[of], prior);
  }
  function limited({ total }: NetworkRecord): boolean {
    return refusalsLimited(total) || refusalsLimited(all.total);
  }

  function hostLoss(host: HostRecord): number {
    const path = pathLoss(host.network);
    const ownCounts = host.counts.firstAnswered >= HOST_ANSWERS && !limited(host.network);
    return ownCounts && !limitsRefusals(host, path) ? Math.max(path, lossOf(host.counts, path)) : path;
  }

  function outcome({ network, counts, throttle }: HostRecord, answered: boolean, at: number): void {
    if (all.throttle.outcome(answered, at)) review(all.throttle, at, pathLoss(all));
    if (network.throttle.outcome(answered, at)) {
      const loss = pathLoss(network);
      review(network.throttle, at, loss > STANDS_OUT * pathLoss(all) ? loss : 0);
    }
    if (throttle?.outcome(answered, at) === true) review(throttle, at, lossOf(counts, 0));
  }

  function slowDown(host: HostRecord, at: number): void {
    if (host.throttle !== undefined || host.refusedFirst + host.refusedLater < HOST_REFUSALS) return;
    const path = pathLoss(host.network);
    const stands = lossOf(host.counts, path) > Math.max(HOST_LOSS, STANDS_OUT * path);
    if (stands && limitsRefusals(host, path)) host.throttle = createThrottle(at, HOST_FLOOR_SHARE);
  }

  function condition(record: NetworkRecord, loss: number): Omit<NetworkCondition, "network"> {
    const { smoothed } = record.roundTrip;
    const { ceiling } = record.throttle;
    return {
      loss,
      ...(smoothed === undefined ? {} : { roundTrip: smoothed }),
      ...(ceiling === Number.POSITIVE_INFINITY ? {} : { ceiling }),
    };
  }

  return {
    host: records.host,

    wait(host, at) {
      if (!restrained) return 0;
      const held = Math.max(all.throttle.wait(at), host.network.throttle.wait(at));
      return host.throttle === undefined ? held : Math.max(held, host.throttle.wait(at));
    },
    sent(host, at) {
      if (!restrained) return;
      all.throttle.sent(at);
      host.network.throttle.sent(at);
      host.throttle?.sent(at);
    },

    timeout(host, tryNumber, longest) {
      const { timeout } = host.network.roundTrip;
      if (timeout === undefined) return longest;
      // Backed off after silence (RFC 6298, section 5.5).
      const wanted = timeout * 2 ** (tryNumber - 1);
      return Math.min(longest, TIMEOUTS.find((each) => each >= wanted) ?? longest);
    },

    answered(host, { tries, probe }, state, roundTrip, at) {
      // Messages of routers are rationed on the way, and over UDP silence is an answer: neither shows a loss.
      if (state !== "open" && state !== "closed") return;
      if (roundTrip !== undefined) host.network.roundTrip.measured(roundTrip);
      if (probe.endpoint.transport !== "tcp") return;
      const open = state === "open";
      host.answered++;
      if (!open && tries === 1) host.refusedFirst++;
      if (!open && tries > 1) host.refusedLater++;
      countAnswer(host.counts, tries, open);
      countNetwork(host.network, tries, open, at);
      countNetwork(all, tries, open, at);
      if (tries === 1) outcome(host, true, at);
    },
    silent(host, { tries, probe }, at) {
      if (probe.endpoint.transport !== "tcp") return;
      countSilence(host.counts, tries);
      countNetwork(host.network, tries, undefined, at);
      countNetwork(all, tries, undefined, at);
      if (tries === 1) outcome(host, false, at);
      else slowDown(host, at);
    },

    grantsTry(host, tries, base) {
      if (tries < base) return true;
      if (tries >= triesFor(hostLoss(host), base)) return false;
      if (host.answered > 0) return true;
      host.furtherTries++;
      return host.furtherTries <= SILENT_HOST_TRIES;
    },
    givenUp(host, { tries, probe }) {
      if (probe.endpoint.transport !== "tcp") return;
      host.givenUp++;
      host.fewestTries = Math.min(host.fewestTries, tries);
    },
    takenUp(host, { probe }) {
      if (probe.endpoint.transport === "tcp") host.givenUp--;
    },
    mayWantMore(host, base) {
      if (!isFirm(host.network.counts) && !isFirm(all.counts)) return true;
      return host.answered === 0 && triesFor(hostLoss(host), base) > base;
    },

    report() {
      const networks = [...records.networks.values()]
        .map((record) => ({ network: record.name, ...condition(record, pathLoss(record, "total")) }))
        .sort((a, b) => b.loss - a.loss)
        .slice(0, NETWORKS_REPORTED);
      const doubtful = [...records.hosts.values()].flatMap(
        (host) => doubtOf(host, pathLoss(host.network, "total"), refusalsLimited(host.network.total)) ?? [],
      );
      const trips = [...records.networks.values()].flatMap(({ roundTrip }) => roundTrip.smoothed ?? []);
      const mean = trips.length === 0 ? {} : { roundTrip: trips.reduce((a, b) => a + b) / trips.length };
      return { ...condition(all, pathLoss(all, "total")), ...mean, networks, doubtful };
    },
  };
}
