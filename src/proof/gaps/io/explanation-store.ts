import { sql, type RawBuilder } from "kysely";
import { GAP_CAUSES, type Instant, type Period } from "../../../model/index.ts";
import type { Db, Tx } from "../../../platform/storage/index.ts";
import type { Decider, GivenExplanation, StoredExplanation } from "../explanation.ts";

const PAGE_ROWS = 200;

/** Stores an explanation with the times that it names. Returns its number. */
export async function insertExplanation(tx: Tx, at: Instant, given: GivenExplanation): Promise<number> {
  const { vantage, gap, cause, text, references, evidence, gaps } = given;
  const { id } = await tx
    .insertInto("gap_explanation")
    .values({
      ...{ vantage, gap, cause, explanation: text, explained_at: new Date(at), explained_by: given.by },
      ...decided(given),
      refers_to: JSON.stringify(references),
      evidence: JSON.stringify(evidence),
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  const rows = gaps.map(({ subject, from, to }) => ({
    explanation_id: id,
    asset: subject.kind === "asset" ? subject.name : null,
    undeclared_in: subject.kind === "undeclared" ? subject.target : null,
    gap_from: new Date(from),
    gap_to: new Date(to),
  }));
  await tx.insertInto("gap_explained").values(rows).execute();
  return id;
}

export async function insertSignOff(tx: Tx, at: Instant, explanation: number, signer: Decider): Promise<void> {
  await tx
    .insertInto("gap_sign_off")
    .values({ explanation_id: explanation, signed_at: new Date(at), signed_by: signer.by, ...decided(signer) })
    .execute();
}

function decided({ through, user, parties }: Decider) {
  return { through, user_id: user ?? null, parties: JSON.stringify(parties) };
}

/** The explanations that name any time of the period, as seen from the vantage point, in the order they were given. */
export async function explanationsIn(
  db: Db,
  { vantage, from, to }: Period & { readonly vantage: string },
): Promise<StoredExplanation[]> {
  const concerned = db
    .selectFrom("gap_explained")
    .select("explanation_id")
    .where("gap_from", "<", new Date(to))
    .where("gap_to", ">", new Date(from));
  return await readExplanations(db, sql`e.vantage = ${vantage} AND e.id IN (${concerned})`);
}

/** The explanations that were given under this name of a gap, in order. */
export async function explanationsOf(db: Db, gap: string): Promise<StoredExplanation[]> {
  return await readExplanations(db, sql`e.gap = ${gap}`);
}

/** Every explanation, by its number. */
export async function* everyExplanation(db: Db): AsyncGenerator<StoredExplanation> {
  for (let after = 0; ;) {
    const page = await readExplanations(db, sql`e.id > ${after}`, PAGE_ROWS);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_ROWS) return;
    after = last.id;
  }
}

type Row = {
  readonly id: number;
  readonly vantage: string;
  readonly gap: string;
  readonly cause: string;
  readonly explanation: string;
  readonly refers_to: string[];
  readonly evidence: StoredExplanation["evidence"][number][];
  readonly explained_at: Date;
  readonly explained_by: string;
  readonly through: Decider["through"];
  readonly user_id: string | null;
  readonly parties: Decider["parties"];
  readonly signed_at: Date | null;
  readonly signed_by: string | null;
  readonly signed_through: Decider["through"] | null;
  readonly signed_user: string | null;
  readonly signed_parties: Decider["parties"] | null;
};

async function readExplanations(db: Db, condition: RawBuilder<unknown>, limit?: number): Promise<StoredExplanation[]> {
  const { rows } = await sql<Row>`
    SELECT e.*, s.signed_at, s.signed_by, s.through AS signed_through, s.user_id AS signed_user, s.parties AS signed_parties
    FROM gap_explanation AS e LEFT JOIN gap_sign_off AS s ON s.explanation_id = e.id
    WHERE ${condition} ORDER BY e.id LIMIT ${limit ?? null}::integer`.execute(db);
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const named = await db
    .selectFrom("gap_explained")
    .selectAll()
    .where("explanation_id", "in", ids)
    .orderBy("gap_from")
    .orderBy("gap_to")
    .execute();
  const byExplanation = Map.groupBy(named, ({ explanation_id }) => explanation_id);
  return rows.map((row) => ({
    id: row.id,
    at: row.explained_at.getTime(),
    vantage: row.vantage,
    gap: row.gap,
    cause: GAP_CAUSES.find((each) => each === row.cause) ?? "other",
    text: row.explanation,
    references: row.refers_to,
    evidence: row.evidence,
    by: row.explained_by,
    through: row.through,
    user: row.user_id ?? undefined,
    parties: row.parties,
    gaps: (byExplanation.get(row.id) ?? []).map(({ asset, undeclared_in, gap_from, gap_to }) => ({
      subject: asset === null ? { kind: "undeclared", target: undeclared_in ?? "" } : { kind: "asset", name: asset },
      from: gap_from.getTime(),
      to: gap_to.getTime(),
    })),
    ...(row.signed_at === null
      ? {}
      : {
          signedOff: {
            at: row.signed_at.getTime(),
            by: row.signed_by ?? "",
            through: row.signed_through ?? "operator",
            user: row.signed_user ?? undefined,
            parties: row.signed_parties ?? [],
          },
        }),
  }));
}
