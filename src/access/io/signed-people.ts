import type { Db } from "../../platform/storage/index.ts";
import {
  alteredEntry,
  compareTable,
  entriesAbout,
  refuseContradicted,
  signedEntry,
  type Binding,
  type Contradiction,
  type Row,
  type TableComparison,
} from "../../record/evidence/index.ts";
import { accessBindings } from "./bindings.ts";
import { keyBinding, keyRows } from "./secret-bindings.ts";
import {
  accountRows,
  passkeyBinding,
  passkeyRows,
  passwordBinding,
  secondFactorBinding,
  secondFactorRows,
  ssoBinding,
} from "./sign-in-bindings.ts";
import { roleBinding, roleRows, userBinding, userRows } from "./user-bindings.ts";

/** What the log says about users, read as it grows: each request of a user is compared with it. */
export interface SignedPeople {
  /**
   * Compares a user, their roles and the key with which they came.
   *
   * @throws Fault `evidence-broken` naming the row that contradicts the log
   */
  refuseChanged(db: Db, of: { readonly user: string; readonly key?: string }): Promise<void>;
  /** Compares also the ways in which the user signs in: somebody who swaps a password's hash takes the account over. */
  refuseChangedSignIn(db: Db, user: string): Promise<void>;
}

/** Users may change between the reading of the log and of the rows. */
const TRIES = 3;

export function createSignedPeople(): SignedPeople {
  const comparisons = new Map<string, TableComparison>(
    [...Map.groupBy(accessBindings, ({ table }) => table)].map(([table, of]) => [table, compareTable(table, of)]),
  );
  let next = 0;
  let altered: Contradiction | undefined;

  async function catchUp(db: Db): Promise<void> {
    for (const stored of await entriesAbout(db, accessBindings, next)) {
      // Another request may have read it meanwhile.
      if (stored.index < next) continue;
      next = stored.index + 1;
      const entry = signedEntry(stored);
      if (entry === undefined) altered ??= alteredEntry("evidence_entry", "what users may do", stored.index);
      else for (const comparison of comparisons.values()) comparison.read(entry);
    }
  }

  async function compared(db: Db, of: readonly (readonly [Binding, AsyncIterable<Row>])[]) {
    await catchUp(db);
    if (altered !== undefined) return altered;
    for (const [binding, rows] of of) {
      for await (const row of rows) {
        const [found] = comparisons.get(binding.table)?.check(row, binding) ?? [];
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  async function refuse(db: Db, rows: () => readonly (readonly [Binding, AsyncIterable<Row>])[]): Promise<void> {
    let found: Contradiction | undefined;
    for (let tries = 0; tries < TRIES; tries += 1) {
      found = await compared(db, rows());
      if (found === undefined) return;
    }
    refuseContradicted(found);
  }

  const identity = (db: Db, user: string) =>
    [
      [userBinding, userRows(db, user)],
      [roleBinding, roleRows(db, user)],
    ] as const;
  return {
    refuseChanged: (db, { user, key }) =>
      refuse(db, () => [
        ...identity(db, user),
        ...(key === undefined ? [] : ([[keyBinding, keyRows(db, key)]] as const)),
      ]),
    refuseChangedSignIn: (db, user) =>
      refuse(db, () => [
        ...identity(db, user),
        [passwordBinding, accountRows(db, true, user)],
        [ssoBinding, accountRows(db, false, user)],
        [secondFactorBinding, secondFactorRows(db, user)],
        [passkeyBinding, passkeyRows(db, user)],
      ]),
  };
}
