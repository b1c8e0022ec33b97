import { allowedThen, type AllowedThen } from "./allowed.ts";
import { addressText, endpointAt, endpointText, parseAsked, type AskedEndpoint, type Endpoint } from "../endpoint.ts";
import { addressesThen, inForce, ownerOf, scopeThen, stalenessFrom, type ScopeThen } from "./scope-then.ts";
import type { DeclaredAsset } from "./documents.ts";
import { stateThen, type StateThen } from "./state-then.ts";
import { duration, utc } from "./text.ts";
import type { BundleRecord } from "./verify.ts";

/** An answer for people: a headline, and labelled lines under it. */
export interface Answer {
  readonly headline: string;
  /** `unknown` for everything that nobody looked at in time. */
  readonly state: string;
  readonly lines: readonly (readonly [label: string, text: string])[];
}

/** An asset with more addresses than this has to be named by one of them. */
const MOST_ADDRESSES = 64n;

/** "Was 5432 on db-3 open on 14 March at 09:00, from where, who allowed it": an answer for each address and vantage point. */
export function askState(record: BundleRecord, at: number, text: string): Answer[] | { readonly problem: string } {
  const asked = parseAsked(text);
  if (asked === undefined)
    return { problem: `${text} is not an endpoint: write db-3:5432, 10.0.0.3:53/udp or [::1]:22` };
  const { from, to } = record.period;
  if (at < from || at > to) {
    return { problem: `${utc(at)} is outside the period of this bundle, ${utc(from)} to ${utc(to)}` };
  }
  const scope = scopeThen(record, at);
  if (scope === undefined) return { problem: `at ${utc(at)} no scope had been recorded, so nobody looked anywhere` };
  const asset = scope.document?.assets.find(({ name }) => name === asked.host);
  const endpoints = endpointsOf(record, asked, asset, at);
  if ("problem" in endpoints) return endpoints;
  return endpoints.flatMap((endpoint) => {
    const owner = asset ?? ownerOf(record, scope, endpoint.address, at);
    return vantagesOf(record, scope).flatMap(
      (vantage) => answer(record, { at, scope, owner, endpoint, vantage }) ?? [],
    );
  });
}

function endpointsOf(
  record: BundleRecord,
  asked: AskedEndpoint,
  asset: DeclaredAsset | undefined,
  at: number,
): Endpoint[] | { readonly problem: string } {
  const literal = endpointAt(asked.host, asked);
  if (literal !== undefined) return [{ ...literal, host: addressText(literal.address) }];
  if (asset === undefined) return { problem: `no asset named ${asked.host} was in the scope at ${utc(at)}` };
  const { ranges } = addressesThen(record, asset, at);
  const size = ranges.reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
  if (size === 0n) return { problem: `no address was known for ${asset.name} at ${utc(at)}` };
  if (size > MOST_ADDRESSES) return { problem: `${asset.name} had ${size} addresses: ask about one of them` };
  return ranges.flatMap(({ family, first, last }) => {
    const endpoints: Endpoint[] = [];
    for (let value = first; value <= last; value += 1n) {
      const address = { family, value };
      endpoints.push({ ...asked, host: addressText(address), address });
    }
    return endpoints;
  });
}

/** The installation's own vantage point first, then every other one that saw anything. */
function vantagesOf({ facts }: BundleRecord, { document }: ScopeThen): string[] {
  const own = document === undefined ? [] : [document.vantage];
  return [...new Set([...own, ...[...facts.looks.keys()].sort()])];
}

interface Question {
  readonly at: number;
  readonly scope: ScopeThen;
  readonly owner: DeclaredAsset | undefined;
  readonly endpoint: Endpoint;
  readonly vantage: string;
}

/** Undefined from another vantage point that never covered it. */
function answer(record: BundleRecord, question: Question): Answer | undefined {
  const { at, scope, owner, endpoint, vantage } = question;
  const staleness = owner === undefined ? 0 : stalenessFrom(scope, owner, vantage);
  const known = stateThen(record, endpoint, vantage, { at, staleness });
  const looked = known.lastLook ?? known.transition;
  if (looked === undefined && scope.document !== undefined && vantage !== scope.document.vantage) return undefined;
  const declared = scope.document?.assets.some((each) => each === owner) === true;
  const allowed = allowedThen(record, { at, vantage, asset: owner, declared, ...endpoint });
  const name = declared && owner !== undefined ? `${owner.name} (${endpoint.host})` : endpoint.host;
  return {
    headline: `${endpoint.transport} port ${endpoint.port} on ${name} at ${utc(at)}, seen from ${vantage}: ${known.state.toUpperCase()}`,
    state: known.state,
    lines: [
      ...stateLines(record, known, staleness, at),
      ...serviceLine(record, question, known),
      ...allowedLines(allowed, known.state),
      ["owner", owner?.owner ?? "none is declared"],
      [
        "scope",
        `version ${scope.recorded.version}, recorded by ${scope.recorded.recordedBy} at ${utc(scope.recorded.at)} (entry ${scope.recorded.entry})`,
      ],
      ...addressLine(record, question, declared),
      ...boundLine(record, at),
    ],
  };
}

type Lines = (readonly [string, string])[];

function stateLines(record: BundleRecord, known: StateThen, staleness: number, at: number): Lines {
  const rule = `a look counts for ${duration(staleness)} here; after that the state is unknown, which is not closed`;
  if (known.state === "unknown") {
    const last = known.lastLook;
    const seen =
      last === undefined ? "no look in this bundle covers it" : `${lookText(last)}, ${duration(at - last.to)} before`;
    return [
      ["state", `unknown: nobody looked in time. Last look: ${seen}`],
      ["rule", rule],
    ];
  }
  const { look, transition, sameSince, lookedAt } = known;
  const since =
    transition === undefined
      ? `${utc(sameSince?.to ?? 0)} at the latest: the earliest look in this bundle that saw it so (entry ${sameSince?.entry})`
      : `${utc(transition.at)}${sweepText(record, transition.sweep)} (entry ${transition.entry})`;
  const entries = new Set(
    [look?.entry, look?.sweep?.startEntry, transition?.entry].filter((each) => each !== undefined),
  );
  return [
    ["state", known.state],
    ["since", since],
    ["last looked", look === undefined ? `${utc(lookedAt ?? 0)}, when the state was seen to begin` : lookText(look)],
    [
      "rests on",
      `${entries.size === 1 ? "entry" : "entries"} ${[...entries].sort((a, b) => a - b).join(", ")}; host states named ${look?.states ?? "by no look"}`,
    ],
    ["rule", rule],
  ];
}

function lookText({ to, sweep, entry }: NonNullable<StateThen["look"]>): string {
  if (sweep === undefined) return `${utc(to)}, by a look without change (entry ${entry})`;
  const { id, kind, engine, requestedBy, verdict = "unfinished" } = sweep;
  const known = kind === "" ? [] : [kind, `${engine} engine`, `requested by ${requestedBy}`];
  return `${utc(to)}, by sweep ${id} (${[verdict, ...known].join(", ")}; entry ${entry})`;
}

function sweepText({ facts }: BundleRecord, id: number): string {
  return facts.sweeps.has(id) ? `, seen by sweep ${id}` : "";
}

function serviceLine({ facts }: BundleRecord, { vantage, endpoint, at }: Question, { state }: StateThen): Lines {
  const identified = inForce(facts.services.get(`${vantage} ${endpointText(endpoint)}`) ?? [], at);
  if (state !== "open" || identified === undefined || identified.until <= at || identified.service === "") return [];
  return [["service", `${identified.service}, identified at ${utc(identified.at)} (entry ${identified.entry})`]];
}

function allowedLines({ approval, verdict, by, proven }: AllowedThen, state: string): Lines {
  const copied = proven ? "" : "; the text of the baseline is not included whole, so this line is a copy, not proven";
  const rule = by === undefined ? "" : `owner ${by.owner}, justified with: ${by.justification}`;
  const words: { readonly [V in AllowedThen["verdict"]]: string } = {
    authorized: `yes: ${rule}`,
    expired: `no: the authorization had expired at ${utc(by?.expires ?? 0)} (${rule})`,
    elsewhere: `no: authorized only as seen from ${by?.exposure?.join(", ") ?? ""} (${rule})`,
    "not authorized":
      state === "open"
        ? "no: nothing in the port baseline authorizes it"
        : "nothing in the port baseline authorizes it",
    "no baseline": "no port baseline had been approved by then",
    "text not included": "not known: the text of the port baseline is not in this bundle",
  };
  const lines: Lines = [["allowed", words[verdict] + copied]];
  if (approval !== undefined) {
    const { version, approvedBy, through, proposedBy, at, entry } = approval;
    const proposer = proposedBy === undefined ? "" : `, proposed by ${proposedBy}`;
    const approver = approvedBy.startsWith("typed by ")
      ? `approval ${approvedBy}`
      : `approved by ${approvedBy} (${through})`;
    lines.push(["decided by", `port baseline ${version}, ${approver} at ${utc(at)}${proposer} (entry ${entry})`]);
  }
  return lines;
}

function addressLine(record: BundleRecord, { owner, at }: Question, declared: boolean): Lines {
  if (!declared || owner === undefined || addressesThen(record, owner, at).stated) return [];
  return [["address", "resolved from a name: the log does not state to which address, the record does"]];
}

function boundLine({ facts: { boundSince } }: BundleRecord, at: number): Lines {
  if (boundSince === undefined || boundSince.entry === 0 || boundSince.at <= at) return [];
  return [["label", `from before ${utc(boundSince.at)}, since when the log binds every answer: not proven before`]];
}
