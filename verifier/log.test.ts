import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { signCheckpointNote, signingKey } from "../src/record/evidence/checkpoint.ts";
import type { SigningKey } from "../src/record/evidence/checkpoint.ts";
import { storedEntry } from "../src/record/evidence/entry.ts";
import { quoted } from "./entry.ts";
import type { StoredEntry } from "./entry.ts";
import { verifyRecord } from "./log.ts";
import type { LogRecord, StoredCheckpoint, StoredHead } from "./log.ts";
import { toBase64 } from "./bytes.ts";
import { keyFingerprint, verifierKey } from "./note.ts";
import type { LogProblem, VerifyReport } from "./report.ts";
import { emptyTree, rootOf, textLeafHash } from "./tree.ts";

const ORIGIN = "portolan.example/log";
const KEY = newKey();
const AT = Date.UTC(2026, 2, 14, 9);

function newKey(): SigningKey {
  const key = signingKey(generateKeyPairSync("ed25519").privateKey);
  if (key === undefined) throw new Error("not an Ed25519 key");
  return key;
}

function created(key: SigningKey): StoredEntry {
  const { id, publicKey } = verifierKey(ORIGIN, key.publicKey);
  return storedEntry(
    { type: "log-created", at: AT, data: { keyId: id, origin: ORIGIN, publicKey: toBase64(publicKey) } },
    0,
  );
}

/** Entry `index` unchanged, or with other data and every hash and column made to match. */
function entry(index: number, data = `sweep ${index}`): StoredEntry {
  return storedEntry({ type: "sweep-finished", at: AT + index * 1_000, data: { data } }, index);
}

function checkpoint(
  entries: readonly StoredEntry[],
  size: number,
  key = KEY,
  origin = ORIGIN,
): StoredCheckpoint & { rootHash: Uint8Array } {
  const rootHash = rootOf(entries.slice(0, size).map(({ leafHash }) => leafHash));
  const note = signCheckpointNote({ origin, size, rootHash }, key);
  return { size, rootHash, keyId: verifierKey(origin, key.publicKey).id, note };
}

function headOf(entries: readonly StoredEntry[]): StoredHead {
  const tree = emptyTree();
  for (const { leafHash } of entries) tree.append(leafHash);
  return { origin: ORIGIN, size: tree.size(), frontier: tree.frontier() };
}

/** A sound log of 30 entries with checkpoints at 8, 20 and 30. */
const ENTRIES = [created(KEY), ...Array.from({ length: 29 }, (_, index) => entry(index + 1))];
const CHECKPOINTS = [8, 20, 30].map((size) => checkpoint(ENTRIES, size));
const HEAD = headOf(ENTRIES);

function verify(change: Partial<LogRecord>): Promise<VerifyReport> {
  return verifyRecord({ entries: ENTRIES, checkpoints: CHECKPOINTS, head: HEAD, ...change });
}

function changed(index: number, change: (entry: StoredEntry) => Partial<StoredEntry>): StoredEntry[] {
  return ENTRIES.map((row) => (row.index === index ? { ...row, ...change(row) } : row));
}

function consistently(index: number): StoredEntry[] {
  return ENTRIES.map((row) => (row.index === index ? entry(index, "altered") : row));
}

const brief = ({ kind, entry: at, checkpoint: size }: LogProblem): unknown[] => [kind, at, size];

describe("a sound log", () => {
  it("verifies, with its root, its key and how much of it is signed", async () => {
    expect(await verify({})).toEqual({
      ok: true,
      entries: 30,
      checkpoints: 3,
      rootHash: toBase64(CHECKPOINTS[2]?.rootHash ?? new Uint8Array()),
      signedSize: 30,
      keys: [expect.stringMatching(/^portolan\.example\/log\+[0-9a-f]{8}\+/)],
      fingerprint: keyFingerprint(KEY.publicKey),
      rotations: [],
      problems: [],
    });
  });

  it("is not that of another key, which is reported once", async () => {
    const expectedKey = { fingerprint: keyFingerprint(newKey().publicKey), whose: "this home's" };
    const { problems } = await verify({ expectedKey });
    expect(problems.map(brief)).toEqual([["log-key", 0, undefined]]);
    const own = { fingerprint: keyFingerprint(KEY.publicKey), whose: "this home's" };
    expect(await verify({ expectedKey: own })).toMatchObject({ ok: true });
  });

  it("may end with entries that are not signed yet", async () => {
    expect(await verify({ checkpoints: CHECKPOINTS.slice(0, 2) })).toMatchObject({ ok: true, signedSize: 20 });
  });

  it("may be empty", async () => {
    const empty = await verifyRecord({ entries: [], checkpoints: [], head: null });
    expect(empty).toMatchObject({ ok: true, entries: 0, signedSize: 0 });
    expect(Buffer.from(empty.rootHash, "base64").toString("hex")).toMatch(/^e3b0c442/);
  });

  it("verifies against a key that is known from elsewhere, and against no other", async () => {
    expect(await verify({ trustedKeys: [verifierKey(ORIGIN, KEY.publicKey)] })).toMatchObject({ ok: true });
    const report = await verify({ trustedKeys: [verifierKey(ORIGIN, newKey().publicKey)] });
    expect(report.problems.map(brief)).toEqual([8, 20, 30].map((size) => ["checkpoint-unknown-key", undefined, size]));
    expect(report.signedSize).toBe(0);
  });
});

describe("an altered entry is named", () => {
  it("when any one byte of its body was changed, and that it was the body", async () => {
    const body = ENTRIES[11]?.body ?? "";
    for (let place = 0; place < body.length; place += 1) {
      const flipped = body.slice(0, place) + String.fromCharCode(body.charCodeAt(place) ^ 1) + body.slice(place + 1);
      const { ok, problems } = await verify({ entries: changed(11, () => ({ body: flipped })) });
      expect(ok).toBe(false);
      expect(problems.map(brief)).toEqual([["entry-altered", 11, undefined]]);
      expect(problems[0]?.problem).toContain("fits the signed checkpoint of size 20: the body was altered");
    }
  });

  it("when its leaf hash was changed, and that it was the hash", async () => {
    const report = await verify({
      entries: changed(11, ({ leafHash }) => ({ leafHash: leafHash.with(31, leafHash[31]! ^ 1) })),
    });
    expect(report.problems.map(brief)).toEqual([["entry-altered", 11, undefined]]);
    expect(report.problems[0]?.problem).toContain("fits the signed checkpoint of size 20: the leaf hash was altered");
    expect(report.signedSize).toBe(30);
  });

  it("when no checkpoint is over it yet", async () => {
    const entries = changed(25, () => ({ body: "{}" }));
    const report = await verify({ entries, checkpoints: CHECKPOINTS.slice(0, 2) });
    expect(report.problems.map(brief)).toEqual([["entry-altered", 25, undefined]]);
    expect(report.problems[0]?.problem).toContain("No signed checkpoint is over it");
  });

  it("when body and leaf hash were changed to match: the checkpoints it is between", async () => {
    const report = await verify({ entries: consistently(11), head: headOf(consistently(11)) });
    expect(report.problems.map(brief)).toEqual([["checkpoint-mismatch", 8, 20]]);
    expect(report.problems[0]?.problem).toContain("one of the entries 8 to 19 was altered");
    expect(report.problems[0]?.problem).toContain("1 more checkpoint cannot be held against");
    expect(report.signedSize).toBe(8);
  });

  it("when it was changed to match after the last checkpoint, and the head was forgotten", async () => {
    const report = await verify({ entries: consistently(25), checkpoints: CHECKPOINTS.slice(0, 2) });
    expect(report.problems.map(brief)).toEqual([["head-mismatch", undefined, undefined]]);
    expect(report.problems[0]?.problem).toContain("20 to 29");
  });

  it("among several: each one, and no checkpoint is blamed twice", async () => {
    const entries = changed(5, () => ({ body: "{}" })).map((row) =>
      row.index === 11 ? { ...row, leafHash: new Uint8Array(32) } : row.index === 13 ? { ...row, body: "[]" } : row,
    );
    const report = await verify({ entries });
    expect(report.problems.map(brief)).toEqual([
      ["entry-altered", 5, undefined],
      ["entry-altered", 11, undefined],
      ["entry-altered", 13, undefined],
      ["checkpoint-mismatch", undefined, 20],
    ]);
    expect(report.problems[0]?.problem).toContain("the body was altered");
    expect(report.problems[1]?.problem).toContain("more than this was altered");
  });

  it.each([
    ["its type", { type: "gap-recorded" }, "its type is stored as"],
    ["its time", { recordedAt: AT }, "its time is stored as"],
    ["its time with nonsense", { recordedAt: Number.NaN }, "no time at all"],
  ])("when %s beside the body was changed", async (_, change, words) => {
    const report = await verify({ entries: changed(11, () => change) });
    expect(report.problems.map(brief)).toEqual([["entry-contradicts", 11, undefined]]);
    expect(report.problems[0]?.problem).toContain(words);
  });

  it.each([
    ["has blanks", (body: string) => body.replace('"at":', '"at": ')],
    ["names a member twice", (body: string) => body.replace('{"at"', '{"at":"","at"')],
    ["is out of order", (body: string) => `{"type":"sweep-finished",${body.slice(1, body.lastIndexOf(',"type"'))}}`],
    ["has a member too many", (body: string) => `${body.slice(0, -1)},"zone":1}`],
    ["is not JSON", () => "{"],
    ["is not an object", () => "3"],
    ["has data that is a list", (body: string) => body.replace(/\{"data":"[^"]*"\}/, "[]")],
  ])("when its body %s, though its hash fits", async (_, change) => {
    const entries = changed(25, ({ body }) => ({ body: change(body), leafHash: textLeafHash(change(body)) }));
    const report = await verify({ entries, checkpoints: CHECKPOINTS.slice(0, 2), head: headOf(entries) });
    expect(report.problems.map(brief)).toEqual([["entry-malformed", 25, undefined]]);
  });
});

describe("a missing, repeated or moved entry is named", () => {
  it("a row in the middle", async () => {
    const report = await verify({ entries: ENTRIES.filter(({ index }) => index !== 11) });
    expect(report.problems.map(brief)).toEqual([["entry-missing", 11, undefined]]);
    expect(report.problems[0]?.problem).toBe(
      "Entry 11 is missing. 2 more checkpoints cannot be held against the entries because of it.",
    );
    expect(report).toMatchObject({ rootHash: "", signedSize: 8 });
  });

  it("several rows, a checkpoint among them", async () => {
    const report = await verify({ entries: ENTRIES.filter(({ index }) => index < 5 || index > 24) });
    expect(report.problems.map(brief)).toEqual([["entry-missing", 5, undefined]]);
    expect(report.problems[0]?.problem).toContain("Entries 5 to 24 are missing. 3 more checkpoints");
  });

  it("the beginning", async () => {
    const report = await verify({ entries: ENTRIES.slice(1) });
    expect(report.problems[0]).toMatchObject({ kind: "entry-missing", entry: 0 });
    expect(report.ok).toBe(false);
  });

  it("the tail, by the checkpoints and by the head", async () => {
    const report = await verify({ entries: ENTRIES.slice(0, 15) });
    expect(report.problems.map(brief)).toEqual([
      ["tail-missing", 15, 30],
      ["head-mismatch", undefined, undefined],
    ]);
    expect(report.problems[0]?.problem).toContain("entries 15 to 29 are missing");
  });

  it("the tail, head set back, by the checkpoints alone", async () => {
    const report = await verify({ entries: ENTRIES.slice(0, 15), head: headOf(ENTRIES.slice(0, 15)) });
    expect(report.problems.map(brief)).toEqual([["tail-missing", 15, 30]]);
  });

  it("not the tail when checkpoints and head went with it: only a checkpoint held elsewhere shows that", async () => {
    const cut = { entries: ENTRIES.slice(0, 15), head: headOf(ENTRIES.slice(0, 15)) };
    expect(await verify({ ...cut, checkpoints: CHECKPOINTS.slice(0, 1) })).toMatchObject({ ok: true });
    const [, , elsewhere] = CHECKPOINTS;
    const held = { size: 30, note: elsewhere?.note ?? "" };
    const report = await verify({ ...cut, checkpoints: [...CHECKPOINTS.slice(0, 1), held] });
    expect(report.problems.map(brief)).toEqual([["tail-missing", 15, 30]]);
  });

  it("two rows that were swapped", async () => {
    const entries = ENTRIES.map((row) => {
      const other = ENTRIES[row.index === 3 ? 12 : row.index === 12 ? 3 : row.index] ?? row;
      return { ...other, index: row.index };
    });
    const report = await verify({ entries });
    expect(report.problems.slice(0, 2).map(brief)).toEqual([
      ["entry-contradicts", 3, undefined],
      ["checkpoint-mismatch", 0, 8],
    ]);
    expect(report.problems[0]?.problem).toContain("its body says that it is entry 12");
    expect(report.problems.map(({ entry: at }) => at)).toContain(12);
  });

  it("a row that comes twice, or too late", async () => {
    const repeated = await verify({ entries: [...ENTRIES.slice(0, 12), ...ENTRIES.slice(11)] });
    expect(repeated.problems.map(brief)).toEqual([["entry-repeated", 11, undefined]]);
    const odd = await verify({ entries: [...ENTRIES, { ...entry(1), index: Number.NaN }] });
    expect(odd.problems.map(brief)).toEqual([["entry-repeated", undefined, undefined]]);
  });

  it("rows that the head does not count", async () => {
    const report = await verify({ head: headOf(ENTRIES.slice(0, 29)) });
    expect(report.problems[0]?.problem).toContain("counts 29 entries, and 30 are stored");
  });
});

describe("the beginning", () => {
  it("must create the log", async () => {
    const entries = [entry(0), ...ENTRIES.slice(1)];
    const report = await verify({ entries, checkpoints: [], head: headOf(entries) });
    expect(report.problems.map(brief)).toEqual([["log-start", 0, undefined]]);
  });

  it.each([
    ["a key id of another key", { keyId: "00000000", origin: ORIGIN, publicKey: toBase64(KEY.publicKey) }],
    ["a key of the wrong length", { keyId: "00000000", origin: ORIGIN, publicKey: "AAAA" }],
    ["a name no key can have", { keyId: "00000000", origin: "a b", publicKey: toBase64(KEY.publicKey) }],
  ])("must not give %s", async (_, data) => {
    const start = storedEntry({ type: "log-created", at: AT, data }, 0);
    const report = await verifyRecord({ entries: [start], checkpoints: [], head: headOf([start]) });
    expect(report.problems.map(brief)).toEqual([["log-start", 0, undefined]]);
  });

  it("must not come again", async () => {
    const again = storedEntry({ type: "log-created", at: AT, data: {} }, 30);
    const report = await verify({ entries: [...ENTRIES, again], head: headOf([...ENTRIES, again]) });
    expect(report.problems.map(brief)).toEqual([["log-start", 30, undefined]]);
  });
});

describe("a bad checkpoint is named", () => {
  function withSecond(change: (checkpoint: StoredCheckpoint) => Partial<StoredCheckpoint>): StoredCheckpoint[] {
    return CHECKPOINTS.map((row) => (row.size === 20 ? { ...row, ...change(row) } : row));
  }

  it("when its signature is not the key's", async () => {
    const forged = withSecond(({ note }) => ({ note: note.replace(/\n20\n/, "\n21\n") }));
    const report = await verify({ checkpoints: forged });
    expect(report.problems.map(brief)).toEqual([["checkpoint-signature", undefined, 20]]);
    expect(report.signedSize).toBe(30);
  });

  it("when the log does not know its key", async () => {
    const report = await verify({ checkpoints: withSecond(() => checkpoint(ENTRIES, 20, newKey())) });
    expect(report.problems.map(brief)).toEqual([["checkpoint-unknown-key", undefined, 20]]);
  });

  it("when it is not a checkpoint, or belongs to another log", async () => {
    const noise = await verify({ checkpoints: withSecond(() => ({ note: "\u001b[2J" })) });
    expect(noise.problems.map(brief)).toEqual([["checkpoint-malformed", undefined, 20]]);
    const other = checkpoint(ENTRIES, 20, KEY, "another.log");
    const trustedKeys = [ORIGIN, "another.log"].map((name) => verifierKey(name, KEY.publicKey));
    const report = await verify({ checkpoints: withSecond(() => other), trustedKeys });
    expect(report.problems.map(brief)).toEqual([["checkpoint-malformed", undefined, 20]]);
  });

  it.each([
    ["root", { rootHash: new Uint8Array(32) }],
    ["key", { keyId: "00000000" }],
    ["size", { size: 19 }],
  ])("when the %s beside the note was changed", async (_, change) => {
    const report = await verify({ checkpoints: withSecond(() => change) });
    expect(report.problems.map(({ kind }) => kind)).toEqual(["checkpoint-malformed"]);
  });

  it("when the same key signed two different logs", async () => {
    const fork = [...ENTRIES.slice(0, 15), entry(15, "another"), ...ENTRIES.slice(16)];
    const report = await verify({ checkpoints: withSecond(() => checkpoint(fork, 20)) });
    expect(report.problems.map(brief)).toEqual([["checkpoint-mismatch", undefined, 20]]);
    expect(report.problems[0]?.problem).toContain("two different logs were signed");
    expect(report.signedSize).toBe(30);
  });
});

describe("the head", () => {
  it("must exist if entries do", async () => {
    const report = await verify({ head: null });
    expect(report.problems.map(brief)).toEqual([["head-mismatch", undefined, undefined]]);
  });

  it("must have the log's name and the tree's frontier", async () => {
    const frontier = HEAD.frontier.with(0, HEAD.frontier[0]! ^ 1);
    const report = await verify({ head: { origin: "another.log", size: 30, frontier } });
    expect(report.problems.map(({ problem }) => problem)).toEqual([
      expect.stringContaining('is of the log "another.log"'),
      expect.stringContaining("does not fit the entries"),
    ]);
    const short = await verify({ head: { ...HEAD, frontier: new Uint8Array(32) } });
    expect(short.problems[0]?.problem).toContain("one hash for every subtree");
  });
});

describe("the report", () => {
  it("keeps the first hundred problems of a log that is wrong everywhere", async () => {
    const many = Array.from({ length: 400 }, (_, index) => ({ ...entry(index + 30), body: "{}" }));
    const report = await verify({ entries: [...ENTRIES, ...many], head: undefined });
    expect(report.problems).toHaveLength(101);
    expect(report.problems[0]).toMatchObject({ entry: 30 });
    expect(report.problems.at(-1)).toEqual({ kind: "more", problem: "300 further problems are not listed." });
  });

  it("shows stored text bounded and without control characters", () => {
    expect(quoted("a\u001b[2J\u202e\u0085")).toBe('"a\\u001b[2J\\u202e\\u0085"');
    expect(quoted("x".repeat(1_000)).length).toBeLessThan(70);
  });
});
