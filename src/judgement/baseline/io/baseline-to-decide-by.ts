import { sql } from "kysely";
import type { Instant } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import {
  alteredEntry,
  contradictionOf,
  entriesOfTypes,
  latestVersion,
  missingRow,
  signedEntry,
  refuseContradicted,
  toBase64,
  type Contradiction,
  type StoredEntry,
} from "../../../record/evidence/index.ts";
import { baselineInForce, versionInForce, type ApprovedBaseline, type DecidedVersion } from "./baseline-store.ts";
import { versionBinding, versionName, versionRow } from "./bindings.ts";

/** The port baseline in force, as far as a decision may rest on it. */
export interface CheckedBaseline {
  readonly baseline: ApprovedBaseline | undefined;
  /** What it says otherwise than its signed approval: nothing may be decided by it. */
  readonly contradiction: Contradiction | undefined;
}

/** The port baseline in force at an instant, compared with the entry of its approval. */
export async function checkedBaseline(db: Db, at?: Instant): Promise<CheckedBaseline> {
  const baseline = await baselineInForce(db, at);
  return { baseline, contradiction: await contradictionIn(db, baseline) };
}

/** @throws Fault `evidence-broken` if it contradicts the entry of its approval */
export async function baselineToDecideBy(db: Db, at?: Instant): Promise<ApprovedBaseline | undefined> {
  const { baseline, contradiction } = await checkedBaseline(db, at);
  refuseContradicted(contradiction);
  return baseline;
}

/**
 * The version in force, compared with the entry of its approval.
 *
 * @throws Fault `evidence-broken` if it contradicts it
 */
export async function versionToDecideOn(db: Db): Promise<DecidedVersion | undefined> {
  const version = await versionInForce(db);
  refuseContradicted(await contradictionIn(db, version));
  return version;
}

async function contradictionIn(db: Db, baseline: DecidedVersion | undefined): Promise<Contradiction | undefined> {
  const table = "port_baseline_version";
  const { version: newest, entry: latest } = await latestVersion(db, table, "baseline-approved");
  const last = latest === undefined ? undefined : signedEntry(latest);
  if (latest !== undefined && last?.type !== "baseline-approved") {
    return alteredEntry(table, versionName(newest), latest.index);
  }
  const signed = last?.type === "baseline-approved" ? last.data.version : 0;
  // A version that was deleted would leave the one before it in force.
  if (signed > newest) return missingRow(table, versionName(signed), last?.index ?? 0);
  if (baseline === undefined) return undefined;
  return await compared(db, baseline.version, signed === baseline.version ? latest : undefined);
}

/** Comparisons by what they compared: the entry's hash, and the row by its place in the table. */
const known = new Map<string, Contradiction | undefined>();
const MOST_KNOWN = 16;

/**
 * A digest over 100,000 ports takes a second, and the version in force is read every minute. PostgreSQL gives a row that is
 * written again another place or transaction, so the comparison holds for as long as both stay the same.
 */
async function compared(db: Db, version: number, latest: StoredEntry | undefined): Promise<Contradiction | undefined> {
  const row = () => db.selectFrom("port_baseline_version").where("version", "=", version);
  const stored = latest ?? (await entriesOfTypes(db, ["baseline-approved"])).find((each) => isOf(each, version));
  const written = await row()
    .select(sql<string>`xmin::text || ' ' || ctid::text`.as("written"))
    .executeTakeFirstOrThrow();
  const compares = `${stored === undefined ? "" : toBase64(stored.leafHash)} ${version} ${written.written}`;
  if (known.has(compares)) return known.get(compares);
  const contradiction = contradictionOf(
    versionBinding,
    stored,
    versionRow(await row().selectAll().executeTakeFirstOrThrow()),
  );
  const [oldest] = known.keys();
  if (known.size >= MOST_KNOWN && oldest !== undefined) known.delete(oldest);
  known.set(compares, contradiction);
  return contradiction;
}

function isOf(stored: StoredEntry, version: number): boolean {
  const entry = signedEntry(stored);
  return entry?.type === "baseline-approved" && entry.data.version === version;
}
