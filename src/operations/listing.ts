import type { Operations } from "../contract/index.ts";
import { logHead, pageOfEntries, provenEntry, toBase64, type StoredEntry } from "../record/evidence/index.ts";
import { findingById, listFindings, pageOfFindings } from "../judgement/findings/index.ts";
import { Fault, formatInstant, type Clock, type ScopeVersion } from "../model/index.ts";
import { formatRange, pageOfScopes, scopeDocument, type AddressSet } from "../scope/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { pageOfSweeps, sweepById } from "../watching/sweeps/index.ts";
import { cursorOf, pageOf, readCursor } from "./cursor.ts";
import type { ScopeInForce } from "./scope-in-force.ts";
import { findingView, sweepSummary } from "./views.ts";

type Listing = Pick<
  Operations,
  "findings" | "finding" | "sweeps" | "sweepRecord" | "entries" | "entry" | "scopes" | "scope" | "resolved"
>;

/** What the record holds, in pages and one by one. */
export function createListing(deps: {
  readonly db: Db;
  readonly clock: Clock;
  readonly scopeAsRecorded: () => Promise<ScopeInForce>;
}): Listing {
  const { db } = deps;
  return {
    async findings({ after, limit, ...filter }) {
      if (limit === undefined) {
        const onlyStatus = Object.entries(filter).every(([key, value]) => key === "status" || value === undefined);
        const all = onlyStatus ? await listFindings(db, filter) : await pageOfFindings(db, filter);
        return { schema: "portolan.findings/1", findings: all.map(findingView) };
      }
      const below = readCursor("findings", filter, after);
      const found = await pageOfFindings(db, { ...filter, below, limit: limit + 1 });
      const { rows, ...next } = pageOf(
        found,
        limit,
        ({ id }) => id,
        (id) => cursorOf("findings", filter, id),
      );
      return { schema: "portolan.findings/1", findings: rows.map(findingView), ...next };
    },

    async finding({ id }) {
      const found = await findingById(db, id);
      if (found === undefined) throw missing(`No finding has the number ${id}.`, "GET /api/v1/findings");
      return {
        schema: "portolan.finding/1",
        finding: findingView(found.finding),
        events: found.events.map(({ at, status, sweepId, note }) => ({
          at: formatInstant(at),
          status,
          ...(sweepId === undefined ? {} : { sweep: sweepId }),
          note,
        })),
      };
    },

    async sweeps({ after, limit, ...filter }) {
      const below = readCursor("sweeps", filter, after);
      const found = await pageOfSweeps(db, { ...filter, below, limit: limit + 1 });
      const { rows, ...next } = pageOf(
        found,
        limit,
        ({ id }) => id,
        (id) => cursorOf("sweeps", filter, id),
      );
      return { schema: "portolan.sweeps/1", sweeps: rows.map(sweepSummary), ...next };
    },

    async sweepRecord({ id }) {
      const sweep = await sweepById(db, id);
      if (sweep === undefined) throw missing(`No sweep has the number ${id}.`, "GET /api/v1/sweeps");
      return {
        schema: "portolan.sweep-record/1",
        sweep: sweepSummary(sweep),
        targets: [...sweep.targets],
        scopeVersion: sweep.scopeVersion,
        requestedBy: sweep.requestedBy,
        seed: sweep.seed,
        planDigest: sweep.planDigest,
        plan: sweep.plan,
        parameters: { ...sweep.parameters },
      };
    },

    async entries({ after, limit, ...filter }) {
      const last = readCursor("entries", filter, after);
      const first = last === undefined ? undefined : last + 1;
      const found = await pageOfEntries(db, { ...filter, first, limit: limit + 1 });
      const { rows, ...next } = pageOf(
        found,
        limit,
        ({ index }) => index,
        (index) => cursorOf("entries", filter, index),
      );
      const { size } = await logHead(db);
      return { schema: "portolan.entries/1", size, entries: rows.map(entryView), ...next };
    },

    async entry({ index }) {
      const proven = await provenEntry(db, index);
      if (proven === undefined)
        throw missing(`The evidence log has no entry ${index}.`, "GET /api/v1/evidence/entries");
      const { entry, hashes, ...inclusion } = proven;
      return { schema: "portolan.entry/1", entry: entryView(entry), inclusion: { ...inclusion, hashes: [...hashes] } };
    },

    async scopes({ after, limit }) {
      const below = readCursor("scopes", {}, after);
      const found = await pageOfScopes(db, { below, limit: limit + 1 });
      const { rows, ...next } = pageOf(
        found,
        limit,
        ({ version }) => version,
        (last) => cursorOf("scopes", {}, last),
      );
      return { schema: "portolan.scopes/1", versions: rows.map(scopeView), ...next };
    },

    async scope({ version }) {
      const found = await scopeDocument(db, version);
      if (found !== undefined) {
        return { schema: "portolan.scope/1", scope: scopeView(found.version), document: found.document };
      }
      throw missing(
        version === undefined ? "No scope was recorded yet." : `No scope has the version ${version}.`,
        "GET /api/v1/scope/versions",
      );
    },

    async resolved() {
      const { version, resolved } = await deps.scopeAsRecorded();
      return {
        schema: "portolan.resolved/1",
        at: formatInstant(deps.clock.now()),
        scopeVersion: version.version,
        targets: resolved.targets.map(({ target, systemType, addresses }) => ({
          target: target.name,
          systemType: systemType.name,
          addresses: rangesOf(addresses),
        })),
        assets: resolved.assets.map(({ asset, systemType, addresses }) => ({
          asset: asset.name,
          systemType: systemType.name,
          ...(asset.owner === undefined ? {} : { owner: asset.owner }),
          addresses: rangesOf(addresses),
        })),
      };
    },
  };
}

function missing(what: string, list: string): Fault {
  return new Fault("not-found", what, { next: `See ${list} for what there is.` });
}

function rangesOf(addresses: AddressSet): string[] {
  return addresses.ranges.map(formatRange);
}

function entryView({ index, type, recordedAt, body, leafHash }: StoredEntry) {
  return { index, type, recordedAt: formatInstant(recordedAt), body, leafHash: toBase64(leafHash) };
}

function scopeView({ version, digest, scope, recordedAt, recordedBy }: ScopeVersion) {
  return {
    version,
    digest,
    name: scope.name,
    recordedAt: formatInstant(recordedAt),
    recordedBy,
    targets: scope.targets.length,
    assets: scope.assets.length,
  };
}
