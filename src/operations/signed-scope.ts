import type { Selectable } from "kysely";
import { formatInstant, type ScopeVersion } from "../model/index.ts";
import type { Db, Tables } from "../platform/storage/index.ts";
import {
  alteredEntry,
  binding,
  compareTable,
  contradictionOf,
  entriesOfTypes,
  latestVersion,
  missingRow,
  signedEntry,
  type Contradiction,
  type Row,
} from "../record/evidence/index.ts";
import { documentDigest, scopeDigest } from "../scope/index.ts";

/** The versions of the scope: what each declares, and the document that it was read from. */
export const scopeBinding = binding({
  table: "scope_version",
  types: ["scope-recorded"],
  always: true,
  key: ["version"],
  columns: {
    digest: "digest",
    scope: "scope",
    document: "document",
    name: "scope",
    recordedBy: "recorded_by",
    recordedAt: "recorded_at",
  },
  states: ({ at, data: { version, digest, name, recordedBy, documentDigest: document } }) => [
    { row: nameOf(version), fields: { digest, scope: digest, document, name, recordedBy, recordedAt: at } },
  ],
  async *rows(db) {
    yield* (await db.selectFrom("scope_version").selectAll().orderBy("version").execute()).map(scopeRow);
  },
});

const table = "scope_version";

function nameOf(version: number): string {
  return `scope ${version}`;
}

function scopeRow(row: Selectable<Tables["scope_version"]>): Row {
  return {
    row: nameOf(row.version),
    fields: {
      digest: row.digest,
      scope: scopeDigest(row.scope),
      document: documentDigest(row.document),
      name: row.scope.name,
      recordedBy: row.recorded_by,
      recordedAt: formatInstant(row.recorded_at.getTime()),
    },
  };
}

/** The latest version by its entry, and what the table says otherwise. */
export interface SignedScope {
  /** Undefined if none was recorded, or its entry was altered. */
  readonly signed: Omit<ScopeVersion, "scope"> | undefined;
  readonly contradiction: Contradiction | undefined;
}

/** Compares the latest version with its entry: what may be scanned is decided by it. */
export async function latestSignedScope(db: Db): Promise<SignedScope> {
  const { version: newest, entry: stored } = await latestVersion(db, table, "scope-recorded");
  const row = await db.selectFrom("scope_version").selectAll().where("version", "=", newest).executeTakeFirst();
  const compared = row && contradictionOf(scopeBinding, stored, scopeRow(row));
  const entry = stored === undefined ? undefined : signedEntry(stored);
  if (entry?.type !== "scope-recorded") return { signed: undefined, contradiction: compared };
  const { version, digest, recordedBy } = entry.data;
  const signed = { version, digest, recordedBy, recordedAt: Date.parse(entry.at) };
  // A version that was deleted would leave the one before it in force.
  if (newest < version) return { signed, contradiction: missingRow(table, nameOf(version), entry.index) };
  return { signed, contradiction: compared };
}

/** The first version that is not as it was signed. `unsigned`: a version whose entry the present change appends. */
export async function contradictedScope(db: Db, unsigned?: number): Promise<Contradiction | undefined> {
  const comparison = compareTable(table, [scopeBinding]);
  for (const stored of await entriesOfTypes(db, ["rows-adopted", "scope-recorded"])) {
    const entry = signedEntry(stored);
    if (entry === undefined) return alteredEntry(table, "a version of the scope", stored.index);
    comparison.read(entry);
  }
  const rows = await db.selectFrom("scope_version").selectAll().orderBy("version").execute();
  const found = rows.flatMap((row) =>
    row.version === unsigned ? [] : comparison.compare(scopeRow(row), scopeBinding),
  );
  return found[0] ?? comparison.missing()[0];
}
