import type { Operations, VerifyResult } from "../contract/index.ts";
import {
  bindsAll,
  boundLog,
  compareTables,
  consistencyProof,
  keyFingerprint,
  keyOfHome,
  logHead,
  namedFingerprint,
  pageOfCheckpoints,
  pageOfEntries,
  provenEntry,
  toBase64,
  entriesOutOfOrder,
  verifyLog,
  type BoundLog,
  type DatedCheckpoint,
  type ExpectedKey,
  type StoredEntry,
  type TablesReport,
} from "../record/evidence/index.ts";
import { Fault, formatInstant } from "../model/index.ts";
import { against } from "./against.ts";
import { attestationsOf, verifyAttestations } from "./attested.ts";
import { BINDINGS } from "./bindings.ts";
import { createBundleExport } from "./bundle.ts";
import { sealAndSign } from "./checkpoints.ts";
import { unsignedLooks } from "./unsigned-looks.ts";
import { cursorOf, missing, pageOf, readCursor } from "./cursor.ts";
import { stateProof } from "./state-proof.ts";
import type { OperationDeps } from "./operation-deps.ts";
import { readDestinations } from "./published.ts";
import { rotateKey } from "./rotate-key.ts";

/** The evidence log: entries, proofs, checkpoints. */
export function createEvidence(deps: OperationDeps): Operations["evidence"] {
  const { store, clock, key, home, attestation, onLogRead, destinations } = deps;
  const { db } = store;
  return {
    export: createBundleExport(deps),

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

    async consistency({ first, second }) {
      const hashes = await consistencyProof(db, first, second);
      if (hashes === undefined)
        throw missing(
          `The evidence log has no trees of ${first} and ${second} entries, the first within the second.`,
          "GET /api/v1/evidence/checkpoints",
        );
      return { schema: "portolan.evidence-consistency/1", first, second, hashes: [...hashes] };
    },

    stateProof: (query) => stateProof(db, clock, query),

    async verify({ key: named, checkpoint: held = [], answers = false }) {
      const expected = expectedKey(named, home);
      const { keys, problems, fingerprint, rotations, hashOnly, ...report } = await verifyLog(db, {
        expectedKey: expected.key,
        heldElsewhere: held,
        onProgress: onLogRead,
      });
      const backwards = await entriesOutOfOrder(db);
      const tables = report.ok && answers ? await compareTables(db, BINDINGS, onLogRead) : undefined;
      const { problems: doubts, ...attested } = await verifyAttestations(db, attestation, clock.now());
      return {
        schema: "portolan.evidence-verify/1",
        ...report,
        ...(hashOnly === undefined ? {} : { hashOnly: { entries: hashOnly.entries, by: [...hashOnly.by] } }),
        ...attested,
        ok: report.ok && (tables?.contradicting ?? 0) === 0 && doubts.length === 0,
        answers: { compared: tables !== undefined, ...boundView(await boundLog(db)) },
        ...(tables === undefined ? {} : { tables: tablesView(tables) }),
        ...(held.length === 0 ? {} : { held: held.length }),
        ...(await unsignedLooks(db)),
        keys: [...keys],
        ...(rotations.length === 0 ? {} : { rotations: [...rotations] }),
        key: { ...(fingerprint === undefined ? {} : { fingerprint }), comparedWith: expected.from },
        ...(backwards.length === 0
          ? {}
          : {
              outOfOrder: backwards.map(({ entry, at, before }) => ({
                entry,
                at: formatInstant(at),
                before: formatInstant(before),
              })),
            }),
        problems: [...problems, ...doubts],
      };
    },

    async checkpoints({ after, limit, ...filter }) {
      const below = readCursor("checkpoints", filter, after);
      const found = await pageOfCheckpoints(db, { ...filter, below, limit: limit + 1 });
      const { rows, ...next } = pageOf(
        found,
        limit,
        ({ size }) => size,
        (size) => cursorOf("checkpoints", filter, size),
      );
      const attestations = await attestationsOf(db, rows);
      return {
        schema: "portolan.evidence-checkpoints/1",
        checkpoints: rows.map((row) => ({ ...checkpointView(row), ...attestations(row) })),
        ...next,
      };
    },

    async against({ checkpoints, published }) {
      if (!published) return await against(store, home, checkpoints);
      return await against(store, home, checkpoints, await readDestinations(destinations));
    },

    rotateKey: (request) => rotateKey(deps, request),

    async checkpoint() {
      const checkpoint = await sealAndSign({ store, clock, key });
      return { schema: "portolan.evidence-checkpoint/1", size: checkpoint.size, note: checkpoint.note };
    },
  };
}

function boundView(log: BoundLog): Omit<NonNullable<VerifyResult["answers"]>, "compared"> {
  if (!bindsAll(log, BINDINGS)) return { bound: "not yet" };
  if (log.since === undefined) return { bound: "from the beginning" };
  return { bound: "since", boundSince: formatInstant(log.since) };
}

export function tablesView({ compared, contradictions, contradicting }: TablesReport) {
  return { compared: [...compared], contradicting, contradictions: [...contradictions] };
}

/** The key that has to sign the log: the one that the request names, otherwise the one of this home. */
function expectedKey(
  named: string | undefined,
  home: string,
): { readonly from: "given" | "home" | "nothing"; readonly key?: ExpectedKey } {
  if (named !== undefined) {
    const fingerprint = namedFingerprint(named);
    if (fingerprint !== undefined) return { from: "given", key: { fingerprint, whose: "the one you named" } };
    throw new Fault("config-invalid", "key: this is neither a fingerprint nor an Ed25519 key.", {
      place: "key",
      next: "Give the key as portolan evidence verify prints it (name+id+base64), its fingerprint of 64 hex digits, or its PEM.",
    });
  }
  const own = keyOfHome(home);
  if (own === undefined) return { from: "nothing" };
  return { from: "home", key: { fingerprint: keyFingerprint(own.publicKey), whose: "this home's" } };
}

function checkpointView({ size, rootHash, keyId, signedUpTo, note }: DatedCheckpoint) {
  return {
    size,
    rootHash,
    keyId,
    ...(signedUpTo === undefined ? {} : { signedUpTo: formatInstant(signedUpTo) }),
    note,
  };
}

function entryView({ index, type, recordedAt, body, leafHash }: StoredEntry) {
  return { index, type, recordedAt: formatInstant(recordedAt), body, leafHash: toBase64(leafHash) };
}
