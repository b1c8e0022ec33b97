import type { EntryBody } from "../entry.ts";
import type { Covering } from "./covering.ts";
import { listOf, membersOf, numberOf, textIn, textOf, timeOf, type Members } from "../json.ts";

/** What proven entries record, as far as the two questions need it. Times are milliseconds since 1970, UTC. */

export interface Sweep {
  readonly id: number;
  readonly kind: string;
  readonly vantage: string;
  readonly engine: string;
  readonly requestedBy: string;
  readonly startEntry: number;
  verdict?: string;
  finishEntry?: number;
}

/** A run of a sweep, or a routine sweep without change, over at `to`; it saw the states of one set. */
export interface Look {
  readonly to: number;
  /** The root or the digest by which the entry names what it saw. */
  readonly states: string;
  readonly entry: number;
  /** Absent: a look without change, which is recorded without a sweep. */
  readonly sweep?: Sweep;
  trusted: boolean;
}

/** An endpoint passed into a state. */
export interface Transition {
  readonly at: number;
  readonly state: string;
  readonly entry: number;
  readonly sweep: number;
}

export interface Approval {
  readonly version: number;
  readonly digest: string;
  readonly approvedBy: string;
  readonly through: string;
  readonly proposedBy: string | undefined;
  /** In force from then on. */
  at: number;
  readonly entry: number;
}

export interface RecordedScope {
  readonly version: number;
  readonly digest: string;
  readonly name: string;
  readonly recordedBy: string;
  /** In force from then on. */
  at: number;
  readonly entry: number;
}

export interface RecordedGap {
  readonly from: number;
  readonly to: number;
  readonly cause: string;
  readonly detail: string;
  readonly entry: number;
}

/** The service that an open port was identified as; without a name, it could not be. */
export interface Identification {
  readonly at: number;
  /** Infinity: until further notice. */
  until: number;
  readonly service: string;
  readonly entry: number;
}

export interface FindingFacts {
  readonly id: number;
  readonly kind: string;
  summary: string;
  openedAt: number;
  status: string;
  readonly entries: number[];
}

export interface Facts {
  readonly sweeps: Map<number, Sweep>;
  /** By vantage point, in the order of the log. */
  readonly looks: Map<string, Look[]>;
  /** By vantage point and endpoint (`inside tcp/10.0.0.5:22`), in the order of the log. */
  readonly transitions: Map<string, Transition[]>;
  readonly approvals: Approval[];
  readonly scopes: RecordedScope[];
  readonly gaps: RecordedGap[];
  readonly findings: Map<number, FindingFacts>;
  /** Index of the entry from which on the log binds every answer; absent: the bundle does not have it. */
  boundSince?: { readonly entry: number; readonly at: number };
  /** By vantage point and endpoint, in the order of the log. */
  readonly services: Map<string, Identification[]>;
  /** Salted hashes (hex) of raw banners, with the entry that commits to each. */
  readonly commitments: Map<string, number>;
  /** By the SHA-256 (hex) of RFC 3161 responses, what the entry of each states. */
  readonly timestamps: Map<string, Covering>;
  /** Witnesses that hold another history of this log. */
  readonly disagreements: (Covering & {
    readonly witness: string;
    readonly witnessed: number;
    readonly entry: number;
  })[];
  /** Entries with the time of their recording. */
  readonly times: (readonly [index: number, at: number])[];
}

export function noFacts(): Facts {
  return {
    sweeps: new Map(),
    looks: new Map(),
    transitions: new Map(),
    approvals: [],
    scopes: [],
    gaps: [],
    findings: new Map(),
    services: new Map(),
    commitments: new Map(),
    timestamps: new Map(),
    disagreements: [],
    times: [],
  };
}

function append<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}

type Reading = (facts: Facts, data: Members, entry: number, at: number) => void;

/** How the types of entries are read that answers need; every other type is only counted. */
const READINGS: ReadonlyMap<string, Reading> = new Map<string, Reading>(
  Object.entries({
    "sweep-started": (facts, data, entry) => {
      const id = numberOf(data["sweep"]) ?? -1;
      facts.sweeps.set(id, {
        id,
        kind: textIn(data["kind"]),
        vantage: textIn(data["vantage"]),
        engine: textIn(data["engine"]),
        requestedBy: textIn(data["requestedBy"]),
        startEntry: entry,
      });
    },
    "sweep-finished": (facts, data, entry) => {
      const id = numberOf(data["sweep"]) ?? -1;
      const vantage = textIn(data["vantage"]);
      // A bundle for single assets has no starts of sweeps, and old ends do not name the vantage point.
      const sweep = facts.sweeps.get(id) ?? { id, kind: "", vantage, engine: "", requestedBy: "", startEntry: entry };
      facts.sweeps.set(id, sweep);
      sweep.verdict = textIn(data["verdict"]);
      sweep.finishEntry = entry;
      for (const item of listOf(data["runs"])) {
        const run = membersOf(item);
        const to = timeOf(run["probedTo"]);
        const states = textOf(run["states"]) ?? textOf(run["coverageDigest"]);
        if (to === undefined || states === undefined) continue;
        const trusted = sweep.verdict !== "untrusted";
        append(facts.looks, sweep.vantage, { to, states, entry, sweep, trusted });
      }
    },
    "looks-recorded": (facts, data, entry) => {
      const vantage = textIn(data["vantage"]);
      for (const item of listOf(data["looks"])) {
        const states = textIn(membersOf(item)["states"]);
        for (const time of listOf(membersOf(item)["times"])) {
          const [start, took] = listOf(time);
          const from = timeOf(start);
          if (from === undefined) continue;
          append(facts.looks, vantage, { to: from + Number(took), states, entry, trusted: true });
        }
      }
    },
    "states-changed": (facts, data, entry) => {
      const vantage = textIn(data["vantage"]);
      for (const change of listOf(data["changes"])) {
        // Its fourth member repeats the beginning of the interval that ended.
        const [endpoint, state, time, , other] = listOf(change);
        const at = timeOf(time);
        if (at === undefined) continue;
        const sweep = numberOf(other) ?? numberOf(data["sweep"]) ?? -1;
        append(facts.transitions, `${vantage} ${String(endpoint)}`, { at, state: String(state), entry, sweep });
      }
    },
    "states-set-back": (facts, data) => {
      const vantage = textIn(data["vantage"]);
      for (const interval of listOf(data["removed"])) {
        const [endpoint, since] = listOf(interval);
        const key = `${vantage} ${String(endpoint)}`;
        const kept = facts.transitions.get(key)?.filter(({ at }) => at !== timeOf(since));
        if (kept !== undefined) facts.transitions.set(key, kept);
      }
    },
    "services-identified": (facts, data, entry) => {
      const vantage = textIn(data["vantage"]);
      for (const item of listOf(data["ended"])) {
        const [endpoint, time] = listOf(item);
        const last = facts.services.get(`${vantage} ${String(endpoint)}`)?.at(-1);
        if (last !== undefined) last.until = timeOf(time) ?? 0;
      }
      for (const item of listOf(data["identified"])) {
        const [endpoint, time, identity] = listOf(item);
        const said = membersOf(identity);
        const words = [said["service"], said["product"], said["version"]].filter((word) => typeof word === "string");
        const identified = { at: timeOf(time) ?? 0, until: Infinity, service: words.join(" "), entry };
        append(facts.services, `${vantage} ${String(endpoint)}`, identified);
        const commitment = textOf(said["evidenceCommitment"]);
        if (commitment !== undefined) facts.commitments.set(commitment, entry);
      }
    },
    "baseline-approved": (facts, data, entry, at) => {
      facts.approvals.push({
        version: numberOf(data["version"]) ?? 0,
        digest: textIn(data["digest"]),
        approvedBy: textIn(data["approvedBy"]),
        through: textIn(data["through"]),
        proposedBy: textOf(data["proposedBy"]),
        at,
        entry,
      });
    },
    "scope-recorded": (facts, data, entry, at) => {
      facts.scopes.push({
        version: numberOf(data["version"]) ?? 0,
        digest: textIn(data["digest"]),
        name: textIn(data["name"]),
        recordedBy: textIn(data["recordedBy"]),
        at,
        entry,
      });
    },
    "gap-recorded": (facts, data, entry) => {
      const from = timeOf(data["from"]);
      const to = timeOf(data["to"]);
      if (from === undefined || to === undefined) return;
      const [cause, detail] = [textIn(data["cause"]), textIn(data["detail"])];
      facts.gaps.push({ from, to, cause, detail, entry });
      if (data["voidRuns"] !== undefined) setBack(facts, from, data["voidImports"] !== undefined);
    },
    "finding-opened": openFinding,
    "finding-regressed": openFinding,
    "finding-resolved": endFinding,
    "finding-out-of-scope": endFinding,
    "checkpoint-timestamped": (facts, data) => {
      const [size, at] = [numberOf(data["size"]) ?? 0, timeOf(data["stampedAt"]) ?? 0];
      facts.timestamps.set(textIn(data["digest"]), { size, at });
    },
    "witness-disagreed": (facts, data, entry, at) => {
      const [size, witnessed] = [numberOf(data["size"]) ?? 0, numberOf(data["witnessed"]) ?? 0];
      facts.disagreements.push({ witness: textIn(data["witness"]), size, witnessed, at, entry });
    },
    "answers-bound": (facts, _data, entry, at) => {
      facts.boundSince ??= { entry, at };
    },
    "log-created": (facts, data, entry, at) => {
      if (data["binds"] !== undefined) facts.boundSince ??= { entry, at };
    },
  } satisfies { readonly [type: string]: Reading }),
);

function openFinding(facts: Facts, data: Members, entry: number): void {
  const finding = findingIn(facts, data);
  finding.entries.push(entry);
  finding.status = "open";
  finding.summary = textOf(data["summary"]) ?? finding.summary;
}

function endFinding(facts: Facts, data: Members, entry: number): void {
  const finding = findingIn(facts, data);
  finding.entries.push(entry);
  finding.status = data["resolvedAt"] === undefined ? "out of scope" : "resolved";
}

function findingIn(facts: Facts, data: Members): FindingFacts {
  const id = numberOf(data["finding"]) ?? -1;
  const known = facts.findings.get(id) ?? {
    id,
    kind: textIn(data["kind"]),
    summary: "",
    openedAt: timeOf(data["openedAt"]) ?? 0,
    status: "",
    entries: [],
  };
  facts.findings.set(id, known);
  return known;
}

/**
 * The clock had run ahead: what sweeps recorded with later times covers nothing, and versions are in force from now on.
 * Imports keep the times of their files. What it took back of the states is in `states-set-back`.
 */
function setBack(facts: Facts, at: number, imports: boolean): void {
  for (const version of [...facts.scopes, ...facts.approvals]) version.at = Math.min(version.at, at);
  for (const looks of facts.looks.values()) {
    for (const look of looks) if (look.to > at && (imports || look.sweep?.kind !== "imported")) look.trusted = false;
  }
}

/** Types whose data has to be read; the bodies of others are only hashed. */
export function isRead(type: string): boolean {
  return READINGS.has(type);
}

/** Adds what a proven entry records. */
export function readEntry(facts: Facts, { at, data, index, type }: EntryBody): void {
  const time = timeOf(at) ?? 0;
  facts.times.push([index, time]);
  READINGS.get(type)?.(facts, data, index, time);
}
