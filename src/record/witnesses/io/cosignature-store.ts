import { sql } from "kysely";
import {
  checkCosignatures,
  formatWitnessKey,
  parseNote,
  parseWitnessKey,
  type Policy,
  type WitnessKey,
} from "@portolan/verifier";
import type { Instant } from "../../../model/index.ts";
import type { Store } from "../../../platform/storage/index.ts";
import type { Db } from "../../../platform/storage/tables.ts";
import type { Checkpoint } from "../../evidence/index.ts";

/** A stored cosignature of a checkpoint. */
export interface Cosignature {
  readonly size: number;
  readonly keyId: string;
  /** The witness's key as a vkey; its name is part of it. */
  readonly witness: string;
  readonly at: Instant;
  /** The signature line, newline included. */
  readonly line: string;
}

/**
 * Keeps a cosignature with its checkpoint. It has no entry: the witness signed it, so it verifies by itself, and the
 * witness keeps what it signed.
 */
export async function keepCosignature(
  { transaction }: Pick<Store, "transaction">,
  { size, keyId }: Pick<Checkpoint, "size" | "keyId">,
  key: WitnessKey,
  { line, at }: Pick<Cosignature, "line" | "at">,
): Promise<void> {
  const witness = formatWitnessKey(key);
  await transaction((tx) =>
    tx
      .insertInto("checkpoint_cosignature")
      .values({ size, key_id: keyId, witness, cosigned_at: new Date(at), line })
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
}

/** The cosignatures of checkpoints with these sizes, by size and witness. */
export async function cosignaturesOf(db: Db, sizes: readonly number[]): Promise<Cosignature[]> {
  if (sizes.length === 0) return [];
  const rows = await db
    .selectFrom("checkpoint_cosignature")
    .selectAll()
    .where("size", "in", [...sizes])
    .orderBy("size")
    .orderBy("witness")
    .execute();
  return rows.map(({ size, key_id: keyId, witness, cosigned_at: at, line }) => ({
    size,
    keyId,
    witness,
    at: at.getTime(),
    line,
  }));
}

/** The largest checkpoint that each witness cosigned, by the witness's vkey. */
export async function lastCosigned(
  db: Db,
): Promise<ReadonlyMap<string, { readonly size: number; readonly at: Instant }>> {
  const { rows } = await sql<{ witness: string; size: number; cosigned_at: Date }>`
    SELECT DISTINCT ON (witness) witness, size, cosigned_at FROM checkpoint_cosignature
    ORDER BY witness, size DESC`.execute(db);
  return new Map(rows.map(({ witness, size, cosigned_at: at }) => [witness, { size, at: at.getTime() }]));
}

/** What the stored cosignatures of one witness amount to. */
export interface Witnessed {
  readonly witness: string;
  /** How many checkpoints it cosigned. */
  readonly checkpoints: number;
  /** Entries that the largest of them covers, and when it cosigned that one. */
  readonly size: number;
  readonly at: Instant;
  /** False: its cosignatures are of a kind that nothing here verifies (ML-DSA-44). */
  readonly checked: boolean;
}

export interface CosignaturesReport {
  readonly witnesses: readonly Witnessed[];
  /** Entries that the largest checkpoint with enough witnesses of the policy covers; absent: none has. */
  readonly quorum?: number | undefined;
  readonly problems: readonly { readonly checkpoint: number; readonly problem: string }[];
}

const PAGE_ROWS = 1_000;

/** Verifies every stored cosignature against the note it is stored with. */
export async function verifyCosignatures(db: Db, policy?: Policy): Promise<CosignaturesReport> {
  const witnesses = new Map<string, Witnessed>();
  const problems: { checkpoint: number; problem: string }[] = [];
  const names = new Map(policy?.witnesses.map(({ key, name }) => [formatWitnessKey(key), name]));
  let [counted, quorum] = [{ checkpoint: "", names: new Set<string>() }, undefined as number | undefined];
  for await (const { size, key_id: keyId, witness, cosigned_at: at, line, note } of eachCosignature(db)) {
    const verdict = await verdictOn(witness, note, line, at);
    if (typeof verdict === "string") {
      problems.push({ checkpoint: size, problem: `A cosignature of the checkpoint of size ${size} ${verdict}.` });
      continue;
    }
    const before = witnesses.get(witness)?.checkpoints ?? 0;
    witnesses.set(witness, { witness, checkpoints: before + 1, size, at: at.getTime(), ...verdict });
    const checkpoint = `${size} ${keyId}`;
    if (counted.checkpoint !== checkpoint) counted = { checkpoint, names: new Set() };
    const name = names.get(witness);
    if (name !== undefined && verdict.checked) counted.names.add(name);
    if (counted.names.size > 0 && policy?.quorum(counted.names) === true) quorum = size;
  }
  return { witnesses: [...witnesses.values()], quorum, problems };
}

async function* eachCosignature(db: Db) {
  for (let after = { size: -1, key_id: "", witness: "" }; ;) {
    const { rows } = await sql<{
      size: number;
      key_id: string;
      witness: string;
      cosigned_at: Date;
      line: string;
      note: string;
    }>`
      SELECT c.size, c.key_id, c.witness, c.cosigned_at, c.line, e.note
      FROM checkpoint_cosignature c JOIN evidence_checkpoint e ON e.size = c.size AND e.key_id = c.key_id
      WHERE (c.size, c.key_id, c.witness) > (${after.size}::bigint, ${after.key_id}, ${after.witness})
      ORDER BY c.size, c.key_id, c.witness LIMIT ${sql.lit(PAGE_ROWS)}`.execute(db);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE_ROWS) return;
    after = last;
  }
}

async function verdictOn(
  witness: string,
  note: string,
  line: string,
  at: Date,
): Promise<string | { readonly checked: boolean }> {
  const key = parseWitnessKey(witness);
  const cosigned = parseNote(`${note}${line}`);
  if (key === undefined || cosigned === undefined) return "is not one: its key or its line is damaged";
  const [check] = await checkCosignatures(cosigned, [key]);
  if (check === undefined) return `is stored under the key of ${key.name}, and its line is of another one`;
  if (check.outcome === "refused") return `cannot be trusted: the note ${check.problem}`;
  if (check.seconds * 1_000 !== at.getTime()) return `by ${key.name} is stored with another time than it states`;
  return { checked: check.outcome === "verified" };
}
