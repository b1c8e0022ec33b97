import { sql } from "kysely";
import type { Instant, Scope, Period, ScopeVersion } from "../../model/index.ts";
import { holdRule, type Db, type Tx } from "../../platform/storage/index.ts";
import { scopeDigest } from "../parse-scope.ts";

interface ScopeRow {
  version: number;
  digest: string;
  recorded_at: Date;
  recorded_by: string;
}

/**
 * Records a scope as the next version, unless it means the same as the latest one (equal digest: comments and layout
 * of the document do not make a version). Two callers at once get two versions or share one, never a conflict.
 */
export async function recordScope(
  tx: Tx,
  { scope, document, by, at }: { scope: Scope; document: string; by: string; at: Instant },
): Promise<{ version: ScopeVersion; changed: boolean }> {
  // Two writers of the next version wait for each other; readers do not wait.
  await holdRule(tx, "scope");
  const digest = scopeDigest(scope);
  const latest = await latestScope(tx);
  if (latest?.digest === digest) return { version: { ...latest, scope }, changed: false };
  const version: ScopeVersion = { version: (latest?.version ?? 0) + 1, digest, recordedAt: at, recordedBy: by, scope };
  await tx
    .insertInto("scope_version")
    .values({
      version: version.version,
      digest,
      document,
      scope: JSON.stringify(scope),
      recorded_at: new Date(at),
      recorded_by: by,
    })
    .execute();
  return { version, changed: true };
}

const SCOPE_COLUMNS = ["version", "digest", "scope", "recorded_at", "recorded_by"] as const;

/** A scope that was recorded by a clock that ran ahead is in force since the clock was set back. */
const inForceFrom = sql<Date>`coalesce((
  SELECT min(clock_step.at) FROM clock_step
  WHERE scope_version.version <= clock_step.scope_version AND clock_step.at < scope_version.recorded_at
), scope_version.recorded_at)`;

/** The scope in force now; undefined when none was ever recorded. */
export async function latestScope(db: Db): Promise<ScopeVersion | undefined> {
  return await knownScope(
    db,
    await db
      .selectFrom("scope_version")
      .select(["version", "digest", "recorded_by", inForceFrom.as("recorded_at"), SCOPE_NAME])
      .orderBy("version", "desc")
      .limit(1)
      .executeTakeFirst(),
  );
}

/** By its content, so that what somebody changed is read again. */
const SCOPE_NAME = sql<string>`md5(scope::text)`.as("content");
const MOST_KNOWN = 4;
const known = new Map<string, Scope>();

/** Every answer reads the scope of its instant: an inventory of many assets is read once, as the same object. */
async function knownScope(
  db: Db,
  row: (ScopeRow & { readonly content: string }) | undefined,
): Promise<ScopeVersion | undefined> {
  if (row === undefined) return undefined;
  let scope = known.get(row.content);
  if (scope === undefined) {
    const read = db.selectFrom("scope_version").select("scope").where("version", "=", row.version);
    ({ scope } = await read.executeTakeFirstOrThrow());
    const [oldest] = known.keys();
    if (known.size >= MOST_KNOWN && oldest !== undefined) known.delete(oldest);
    known.set(row.content, scope);
  }
  return readScope({ ...row, scope });
}

/** The scope that was in force at an instant: the highest version recorded by then. */
export async function scopeInForce(db: Db, at: Instant): Promise<ScopeVersion | undefined> {
  return await knownScope(
    db,
    await db
      .selectFrom("scope_version")
      .select(["version", "digest", "recorded_by", inForceFrom.as("recorded_at"), SCOPE_NAME])
      .where(inForceFrom, "<=", new Date(at))
      .orderBy("version", "desc")
      .limit(1)
      .executeTakeFirst(),
  );
}

/** The versions in force at any time of the period, in order; the first is the one in force at its start, if any was. */
export async function scopesDuring(db: Db, period: Period): Promise<ScopeVersion[]> {
  const rows = await db
    .selectFrom("scope_version")
    .select(["version", "digest", "scope", "recorded_by", inForceFrom.as("recorded_at")])
    .where(inForceFrom, ">", new Date(period.from))
    .where(inForceFrom, "<", new Date(period.to))
    .orderBy("version")
    .execute();
  const first = await scopeInForce(db, period.from);
  return [...(first === undefined ? [] : [first]), ...rows.map(readScope)];
}

/** When the first scope came into force; undefined: none is recorded. */
export async function firstScopeAt(db: Db): Promise<Instant | undefined> {
  const first = await db
    .selectFrom("scope_version")
    .select(inForceFrom.as("from"))
    .orderBy("version")
    .limit(1)
    .executeTakeFirst();
  return first?.from.getTime();
}

/** Recorded versions, newest first: at most `limit`, below `below` where given. */
export async function pageOfScopes(
  db: Db,
  page: { readonly below?: number | undefined; readonly limit: number },
): Promise<ScopeVersion[]> {
  let rows = db.selectFrom("scope_version").select(SCOPE_COLUMNS).orderBy("version", "desc").limit(page.limit);
  if (page.below !== undefined) rows = rows.where("version", "<", page.below);
  return (await rows.execute()).map(readScope);
}

/** A recorded version with the document as a person wrote it; without `version` the latest. */
export async function scopeDocument(
  db: Db,
  version: number | undefined,
): Promise<{ readonly version: ScopeVersion; readonly document: string } | undefined> {
  let rows = db
    .selectFrom("scope_version")
    .select([...SCOPE_COLUMNS, "document"])
    .orderBy("version", "desc")
    .limit(1);
  if (version !== undefined) rows = rows.where("version", "=", version);
  const row = await rows.executeTakeFirst();
  return row === undefined ? undefined : { version: readScope(row), document: row.document };
}

function readScope(row: ScopeRow & { readonly scope: Scope }): ScopeVersion {
  return {
    version: row.version,
    digest: row.digest,
    recordedAt: row.recorded_at.getTime(),
    recordedBy: row.recorded_by,
    scope: row.scope,
  };
}
