import { sql } from "kysely";
import type { Tx } from "./tables.ts";

/**
 * Rules about more than one row, with the numbers of their locks: "at least one", "at most one", "only if there is none
 * yet", "the next version". A number is never given to another rule.
 */
const RULES = {
  /** An admin remains; the first admin is one; each user has one set of roles and one open link. */
  users: 1,
  /** Versions of the scope follow one another. */
  scope: 2,
  /** The addresses of an asset follow one another. */
  "asset-addresses": 3,
  /** Versions of the port baseline follow one another. */
  baseline: 4,
  /** A file is imported once. */
  imports: 5,
  /** A name and a machine have one sensor, and only so many invitations are open. */
  sensors: 6,
  /** A record is begun, or restored, only where there is none. */
  "first-record": 7,
  /** Versions of the retention policy follow one another, and one process prunes at a time. */
  retention: 8,
} as const;

/** The first half of the key: "rule" in ASCII. The other advisory locks have one key of 64 bits and never meet it. */
const RULE_LOCKS = 0x72_75_6c_65;

/**
 * Takes a rule for this transaction; others that depend on it wait until the transaction ends. Call it before reading
 * what the rule is about: a statement that waited would still see the rows from before it waited (read committed).
 * A rule that a unique or exclusion constraint can express needs no lock.
 */
export async function holdRule(tx: Tx, rule: keyof typeof RULES): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${sql.lit(RULE_LOCKS)}, ${sql.lit(RULES[rule])})`.execute(tx);
}
