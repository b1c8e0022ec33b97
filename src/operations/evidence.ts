import type { Operations } from "../contract/index.ts";
import {
  logHead,
  pageOfEntries,
  provenEntry,
  toBase64,
  verifyLog,
  type StoredEntry,
} from "../record/evidence/index.ts";
import { signHead } from "../record/change/index.ts";
import { formatInstant } from "../model/index.ts";
import { cursorOf, missing, pageOf, readCursor } from "./cursor.ts";
import type { OperationDeps } from "./operation-deps.ts";

/** The evidence log: entries, proofs, checkpoints. */
export function createEvidence({ store, clock, key }: OperationDeps): Operations["evidence"] {
  const { db } = store;
  return {
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

    async verify() {
      const { keys, problems, ...report } = await verifyLog(db);
      return { schema: "portolan.evidence-verify/1", ...report, keys: [...keys], problems: [...problems] };
    },

    async checkpoint() {
      const checkpoint = await signHead({ store, key }, clock.now());
      return { schema: "portolan.evidence-checkpoint/1", size: checkpoint.size, note: checkpoint.note };
    },
  };
}

function entryView({ index, type, recordedAt, body, leafHash }: StoredEntry) {
  return { index, type, recordedAt: formatInstant(recordedAt), body, leafHash: toBase64(leafHash) };
}
