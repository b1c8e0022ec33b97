import type { HoldResult, Operations, RetentionResult } from "../contract/index.ts";
import { Fault, formatInstant, type EntryData, type Instant, type Period } from "../model/index.ts";
import type { Db } from "../platform/storage/index.ts";
import {
  holdsOf,
  lastPrunings,
  liftHold,
  policyInForce,
  prunable,
  prune,
  RETENTION_KINDS,
  RETENTION_WORDS,
  setHold,
  setPolicy,
  type Hold,
  type HeldData,
  type PruneDeps,
} from "../record/retention/index.ts";
import { unionOf } from "../scope/index.ts";
import type { OperationDeps } from "./operation-deps.ts";
import { longestStaleness, noSuchAsset, refuseFuture } from "./scope-then.ts";
import { SHELVES } from "./shelves.ts";
import { named } from "./views.ts";
import { viewsDuring } from "./views-during.ts";

/** Looks are stated by an entry at the end of their hour. */
const STATED_WITHIN = 3_600_000;

/** What nothing deletes, as people read it. */
const KEPT = [
  "the latest coverage of everything that was swept, and states and services that still hold, however old",
  "findings that are open or out of scope",
  "scope versions, port baselines, proposals and approvals, superseded ones included",
  "users, roles, keys, sensors, gaps, steps of the clock, imports of the boundary",
  "of each entry its number, type, time and hash; checkpoints, cosignatures and timestamps",
  "policies, legal holds, and the entries of prunings themselves",
] as const;

type Deps = Pick<OperationDeps, "store" | "clock" | "key">;
type Asked<Name extends keyof Operations["retention"]> = Parameters<Operations["retention"][Name]>[0];

/** How long what is kept, legal holds, and pruning. */
export function createRetention(deps: Deps): Operations["retention"] {
  return {
    show: () => show(deps),
    set: (request) => set(deps, request),
    async prune({ requestedBy }) {
      const kinds = await prune(pruning(deps), requestedBy);
      return {
        schema: "portolan.retention-pruned/1",
        at: formatInstant(deps.clock.now()),
        kinds: kinds.map(({ kind, until, rows, entries }) => ({
          kind,
          cutOff: formatInstant(until),
          rows: { ...rows },
          entries,
        })),
      };
    },
    async holds() {
      const holds = await holdsOf(deps.store.db);
      return { schema: "portolan.legal-holds/1", holds: holds.map(holdView) };
    },
    hold: (request) => hold(deps, request),
    async lift({ hold: id, reason, requestedBy: by }) {
      const lifted = await liftHold(deps, deps.clock.now(), { id, reason, by });
      return { schema: "portolan.legal-hold/1", hold: holdView(lifted) };
    },
  };
}

/** The dependencies of a pruning: every shelf, and the holds with the addresses that their assets had. */
export function pruning(deps: Deps): PruneDeps {
  return { ...deps, shelves: SHELVES, held: heldNow };
}

async function show(deps: Deps): Promise<RetentionResult> {
  const { db } = deps.store;
  const policy = await policyInForce(db);
  const kinds = await prunable(pruning(deps));
  const last = await lastPrunings(db);
  const inForce = await holdsOf(db, { inForce: true });
  return {
    schema: "portolan.retention/1",
    at: formatInstant(deps.clock.now()),
    ...(policy.set === undefined
      ? {}
      : {
          policy: {
            version: policy.set.version,
            setAt: formatInstant(policy.set.at),
            setBy: policy.set.by,
            reason: policy.set.reason,
          },
        }),
    kinds: kinds.map(({ kind, until, rows, entries, kept }) => {
      const pruned = last.find((each) => each.kind === kind);
      return {
        kind,
        about: RETENTION_WORDS[kind],
        months: policy.periods[kind],
        cutOff: formatInstant(until),
        prunable: { rows: { ...rows }, entries },
        held: { rows: { ...kept.rows }, entries: kept.entries },
        ...(pruned === undefined
          ? {}
          : {
              last: {
                until: formatInstant(pruned.until),
                at: formatInstant(pruned.at),
                by: pruned.by,
                entry: pruned.entry,
              },
            }),
      };
    }),
    kept: [...KEPT],
    holds: inForce.length,
  };
}

async function set(deps: Deps, { months, reason, allowUnderAYear, requestedBy: by }: Asked<"set">) {
  const periods = Object.fromEntries(
    RETENTION_KINDS.flatMap((kind) => (months[kind] === undefined ? [] : [[kind, months[kind]]])),
  );
  const policy = await setPolicy(deps, deps.clock.now(), { periods, reason, by, allowShort: allowUnderAYear === true });
  return {
    schema: "portolan.retention-set/1" as const,
    version: policy.set?.version ?? 0,
    months: { ...policy.periods },
    reason,
    setBy: by,
  };
}

async function hold(deps: Deps, { asset, from, to, reason, requestedBy: by }: Asked<"hold">): Promise<HoldResult> {
  const now = deps.clock.now();
  refuseFuture([from], now);
  if (to !== undefined && to <= from) {
    throw new Fault("config-invalid", "The period ends before it begins.", {
      next: "Give a --from that is earlier than --to.",
    });
  }
  const { db } = deps.store;
  const period = { from, to: Math.max(from + 1, Math.min(to ?? now, now)) };
  const { parts } = await viewsDuring(db, period, undefined);
  if (asset !== undefined) {
    const views = parts.flatMap((part) => part.views);
    if (named(views, asset).length === 0) throw noSuchAsset(asset, views);
  }
  const lookback = Math.max(0, ...parts.map(({ resolved }) => (resolved ? longestStaleness(resolved.scope) : 0)));
  const given = { asset, from, to, keepsFrom: from - lookback, reason, by };
  return { schema: "portolan.legal-hold/1", hold: holdView(await setHold(deps, now, given)) };
}

/** The holds in force, with every address that their assets had in the period. */
async function heldNow(db: Db, now: Instant): Promise<HeldData> {
  const holds = await holdsOf(db, { inForce: true });
  return await Promise.all(
    holds.map(async (each): Promise<EntryData["rows-pruned"]["held"][number]> => {
      const { id, asset, from, to, keepsFrom } = each;
      const period = { from, to: Math.max(from + 1, Math.min(to ?? now, now)) };
      return {
        hold: id,
        from: formatInstant(keepsFrom),
        to: to === undefined ? null : formatInstant(to + STATED_WITHIN),
        addresses: asset === undefined ? null : await addressesOf(db, asset, period),
      };
    }),
  );
}

/** Null, which holds every address, where the record does not say which ones were the asset's. */
async function addressesOf(
  db: Db,
  asset: string,
  period: Period,
): Promise<EntryData["rows-pruned"]["held"][number]["addresses"]> {
  const { parts } = await viewsDuring(db, period, undefined);
  const views = named(
    parts.flatMap((part) => part.views),
    asset,
  );
  const { ranges } = unionOf(views.map(({ addresses }) => addresses));
  return ranges.length === 0 ? null : ranges.map(({ first, last }) => [first, last]);
}

function holdView({ id, asset, from, to, keepsFrom, reason, setAt, setBy, lifted }: Hold): HoldResult["hold"] {
  return {
    hold: id,
    ...(asset === undefined ? {} : { asset }),
    from: formatInstant(from),
    ...(to === undefined ? {} : { to: formatInstant(to) }),
    keepsFrom: formatInstant(keepsFrom),
    reason,
    setAt: formatInstant(setAt),
    setBy,
    ...(lifted === undefined ? {} : { lifted: { ...lifted, at: formatInstant(lifted.at) } }),
  };
}
