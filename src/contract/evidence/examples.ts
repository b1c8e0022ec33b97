import type {
  AgainstResult,
  CheckpointResult,
  CheckpointsResult,
  EntriesResult,
  ConsistencyResult,
  EntryResult,
  RotateKeyResult,
} from "./schemas.ts";
import type { VerifyResult } from "./verify.ts";

const opened = {
  index: 3,
  type: "finding-opened",
  recordedAt: "2026-03-14T08:12:04.000Z",
  body: '{"at":"2026-03-14T08:12:04.000Z","data":{"finding":7},"index":3,"type":"finding-opened"}',
  leafHash: "yyHJSZ4zcvcRhsoCuf2jLpy2o1yzIxkCwEHYLZA4ebo=",
};

export const entriesExample: EntriesResult = { schema: "portolan.entries/1", size: 4, entries: [opened] };

export const entryExample: EntryResult = {
  schema: "portolan.entry/1",
  entry: opened,
  inclusion: {
    size: 4,
    rootHash: "uqmZgUVRkTxkPIWx3yvLIVtMTIMhsiOvv8IOHfOhmDA=",
    hashes: ["DFULg8zrYgl1Z2ePYmDcUPyIVh9PMGmLm0PeQvDGuTE=", "2XmTY2tvbd2dCIjcYCPyUKWpPqpEcBT1xIFq0TCqbXg="],
  },
};

export const consistencyExample: ConsistencyResult = {
  schema: "portolan.evidence-consistency/1",
  first: 3,
  second: 4,
  hashes: ["DFULg8zrYgl1Z2ePYmDcUPyIVh9PMGmLm0PeQvDGuTE=", "2XmTY2tvbd2dCIjcYCPyUKWpPqpEcBT1xIFq0TCqbXg="],
};

export const verifiedExample: VerifyResult = {
  schema: "portolan.evidence-verify/1",
  ok: true,
  entries: 1203,
  checkpoints: 14,
  rootHash: "q83vq83vq83vq83vq83vq83vq83vq83vq83vq83vq80=",
  keys: ["portolan+1a2b3c4d+AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="],
  key: { fingerprint: "5f0c1d2e3a4b5968".repeat(4), comparedWith: "home" },
  answers: { compared: true, bound: "from the beginning" },
  tables: {
    compared: [
      { table: "scope_version", rows: 3 },
      { table: "sweep", rows: 480 },
    ],
    contradicting: 0,
    contradictions: [],
  },
  cosigned: [
    {
      witness: "w1",
      key: "witness.example.com/w1+1a2b3c4d+BAIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=",
      size: 1203,
      at: "2026-03-14T08:00:04.000Z",
      checkpoints: 14,
      checked: true,
      configured: true,
    },
  ],
  quorum: { size: 1203 },
  timestamped: {
    timestamps: 12,
    latest: {
      size: 1203,
      at: "2026-03-14T08:00:02.000Z",
      authority: "TSA 1",
      validUntil: "2031-01-01T00:00:00.000Z",
      trusted: true,
    },
    gaps: [],
    gapsFound: 0,
  },
  problems: [],
};

export const checkpointExample: CheckpointResult = {
  schema: "portolan.evidence-checkpoint/1",
  size: 1203,
  note: "portolan\n1203\nq83vq83vq83vq83vq83vq83vq83vq83vq83vq83vq80=\n\n— portolan GisoAAAA\n",
};

export const checkpointsExample: CheckpointsResult = {
  schema: "portolan.evidence-checkpoints/1",
  checkpoints: [
    {
      size: 1203,
      rootHash: "q83vq83vq83vq83vq83vq83vq83vq83vq83vq83vq80=",
      keyId: "1a2b3c4d",
      signedUpTo: "2026-03-14T08:00:00.000Z",
      note: checkpointExample.note,
      cosignatures: [
        { witness: "witness.example.com/w1", at: "2026-03-14T08:00:04.000Z", line: "— witness.example.com/w1 AAAA\n" },
      ],
      timestamps: [{ at: "2026-03-14T08:00:02.000Z", response: "MIIB" }],
    },
  ],
};

export const againstExample: AgainstResult = {
  schema: "portolan.evidence-against/1",
  ok: false,
  compared: 40,
  contained: 38,
  found: [
    {
      from: "evidence/portolan-5f0c1d2e3a4b5968/000000001310.txt",
      size: 1310,
      verdict: "rolled-back",
      problem:
        "This database is an earlier state of the log: it ends after 1203 entries, and entries 1203 to 1309, which were signed, are missing.",
    },
  ],
  lost: [],
  next: "Put the newer database back. If it is lost: portolan backup, then portolan restore into an empty database. A signed entry then says that the record continues from an earlier state.",
};

export const rotateKeyExample: RotateKeyResult = {
  schema: "portolan.evidence-key-rotated/1",
  entry: 1203,
  key: "portolan+2b3c4d5e+AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=",
  fingerprint: "7a0c1d2e3a4b5968".repeat(4),
  previous: { keyId: "1a2b3c4d", fingerprint: "5f0c1d2e3a4b5968".repeat(4), key: "kept" },
  note: "portolan\n1204\nq83vq83vq83vq83vq83vq83vq83vq83vq83vq83vq80=\n\n— portolan GisoAAAA\n— portolan KzxNXgAA\n",
};
