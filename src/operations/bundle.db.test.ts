// @module-tag long
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshPlace, STORE_KINDS } from "../../test/databases.ts";
import {
  filesOf,
  FIRST,
  HOSTILE_ASSET,
  HOUR,
  LAST,
  operationsOn,
  readable,
  simulateRecord,
  type Files,
  type SimulatedRecord,
} from "../../test/fixtures/bundle-record.ts";
import { mutationsOf } from "../../test/fixtures/mutations.ts";
import { askGaps } from "../../verifier/bundle/ask-gaps.ts";
import { askState, type Answer } from "../../verifier/bundle/ask-state.ts";
import { verifyBundle, type BundleRecord } from "../../verifier/bundle/verify.ts";
import { formatInstant } from "../model/index.ts";
import { openStore, type Store } from "../platform/storage/index.ts";
import { writeBackup } from "../record/backup/index.ts";
import { restoreRecord } from "./backup.ts";

describe("a bundle", () => {
  let store: Store;
  let record: SimulatedRecord;
  let whole: Files;
  const ends: (() => Promise<void>)[] = [];

  const exported = async (
    from: number,
    to: number,
    more: { asset?: string[]; redactBanners?: boolean } = {},
    of = record,
  ) => await filesOf((await of.evidence.export({ from, to, ...more })).content);
  const recordOf = async (files: Files): Promise<BundleRecord> => {
    const { report, record: read } = await verifyBundle(readable(files));
    expect(report.problems).toEqual([]);
    return read;
  };
  const answers = (read: BundleRecord, at: number, endpoint: string): Answer[] => {
    const found = askState(read, at, endpoint);
    if (!Array.isArray(found)) throw new Error(found.problem);
    return found;
  };
  const lineOf = (answer: Answer | undefined, label: string) => answer?.lines.find(([each]) => each === label)?.[1];

  beforeAll(async () => {
    const place = await freshPlace("embedded");
    store = await openStore(place);
    record = await simulateRecord(store);
    ends.push(
      () => store.close(),
      () => place.remove(),
    );
    whole = await exported(FIRST, LAST);
  }, 120_000);
  afterAll(async () => {
    record?.remove();
    for (const end of ends) await end();
  });

  it("verifies, and says that the key is not confirmed until a fingerprint comes from outside", async () => {
    const { report } = await verifyBundle(readable(whole));
    expect(report).toMatchObject({ verified: true, key: "not confirmed", problems: [], assets: [] });
    const [fingerprint] = report.fingerprints;
    expect(await verifyBundle(readable(whole), { key: `sha256:${fingerprint?.toUpperCase()}` })).toMatchObject({
      report: { verified: true, key: "confirmed" },
    });
    expect(await verifyBundle(readable(whole), { key: "00".repeat(32) })).toMatchObject({
      report: { verified: false, key: "another" },
    });
  });

  it("has what witnesses and timestamping authorities stated, and says what of it was not checked", async () => {
    const { report } = await verifyBundle(readable(whole));
    expect(report.checked.join("\n")).toMatch(
      /^1 cosignature of witness\.example\/w1, .+ to .+, by its key in tlog-policy\.$/m,
    );
    expect(report.checked.join("\n")).toMatch(
      /^1 timestamp \(RFC 3161\), signed by CN=TSA good, certificate [0-9a-f]{64}\.$/m,
    );
    expect(report.unchecked.join("\n")).toMatch(/^Whose the keys of witnesses .+ openssl ts -verify/m);
    const line = whole.get("checkpoints/cosignatures.jsonl")?.toString() ?? "";
    const [, ...signed] = JSON.parse(line) as [number, string, string];
    const forged = new Map(whole).set(
      "checkpoints/cosignatures.jsonl",
      Buffer.from(`${JSON.stringify([7, ...signed])}\n`),
    );
    expect((await verifyBundle(readable(forged))).report.problems).toContainEqual(
      expect.objectContaining({ file: "checkpoints/cosignatures.jsonl", index: 0 }),
    );
  });

  it("is the same bytes again, though the log grew in between", async () => {
    const before = await exported(FIRST, FIRST + 50 * HOUR);
    await record.evidence.checkpoint();
    expect(await exported(FIRST, FIRST + 50 * HOUR)).toEqual(before);
  });

  it("is the same bytes from either database", async () => {
    const chunks: Uint8Array[] = [];
    await writeBackup({ store, clock: record.deps.clock, program: "test" }, (chunk) => {
      chunks.push(chunk);
      return Promise.resolve();
    });
    for (const kind of STORE_KINDS) {
      const place = await freshPlace(kind, "empty");
      await restoreRecord(place, () => Readable.from([Buffer.concat(chunks)]));
      const restored = await openStore(place);
      const other = operationsOn(restored);
      try {
        expect(await exported(FIRST + 24 * HOUR, FIRST + 60 * HOUR, {}, other)).toEqual(
          await exported(FIRST + 24 * HOUR, FIRST + 60 * HOUR),
        );
      } finally {
        other.remove();
        await restored.close();
        await place.remove();
      }
    }
  }, 120_000);

  it("answers as the record itself does, at any hour", async () => {
    const read = await recordOf(whole);
    const late = await recordOf(await exported(FIRST + 50 * HOUR, LAST));
    for (let hour = 1; hour < 72; hour += 3) {
      const at = FIRST + hour * HOUR + 90_000;
      const { assets } = await record.history.at({ at });
      for (const [asset, address] of [
        ["db-3", "10.9.0.3"],
        ["web", "10.9.0.4"],
        ["mail", "[fd00:77::11]"],
      ] as const) {
        const open = assets.find((each) => each.asset === asset)?.open ?? [];
        for (const port of [22, 23, 443, 5432]) {
          const is = open.find(
            (each) => `${address}`.includes(each.address) && each.port === port && each.transport === "tcp",
          );
          for (const bundle of at > FIRST + 50 * HOUR ? [read, late] : [read]) {
            const [answer] = answers(bundle, at, `${address}:${port}`);
            expect([hour, address, port, answer?.state === "open"]).toEqual([hour, address, port, is !== undefined]);
            if (is !== undefined)
              expect(lineOf(answer, "since")).toContain(formatInstant(Date.parse(is.since)).replace(".000Z", "Z"));
          }
        }
      }
    }
  });

  it("says who allowed a port, since when it was open, and on which entries that rests", async () => {
    const read = await recordOf(whole);
    const [open] = answers(read, FIRST + 20 * HOUR, "db-3:5432");
    expect(open?.headline).toBe("tcp port 5432 on db-3 (10.9.0.3) at 2026-03-12T20:00:00Z, seen from inside: OPEN");
    expect(lineOf(open, "since")).toMatch(/^2026-03-12T03:00:02Z, seen by sweep \d+ \(entry \d+\)$/);
    expect(lineOf(open, "last looked")).toMatch(
      /^2026-03-12T19:00:02Z, by sweep \d+ \(complete, full, (?:syn|connect) engine, requested by schedule; entry \d+\)$/,
    );
    expect(lineOf(open, "allowed")).toBe("yes: owner team-data, justified with: the database of the shop");
    expect(lineOf(open, "decided by")).toMatch(
      /^port baseline 1, approval typed by the operator \(jane\): Grace Hopper/,
    );
    const [before] = answers(read, FIRST + 4 * HOUR, "db-3:5432");
    expect(lineOf(before, "allowed")).toBe("no port baseline had been approved by then");
    expect(answers(read, FIRST + 35 * HOUR, "db-3:5432")[0]?.state).toBe("closed");
    const [night] = answers(read, FIRST + 46 * HOUR, "db-3:5432");
    expect(night?.state).toBe("unknown");
    expect(lineOf(night, "state")).toMatch(
      /^unknown: nobody looked in time\. Last look: 2026-03-13T15:00:02Z, by sweep \d+/,
    );
  });

  it("tells how long nobody looked, and why, as the record itself does", async () => {
    const read = await recordOf(whole);
    const { assets } = await record.history.gaps({ from: FIRST, to: LAST });
    for (const { asset, time, missed, gaps } of askGaps(read)) {
      const same =
        assets.find((each) => each.asset === asset && each.declared !== undefined) ??
        assets.find((each) => each.asset === asset);
      expect([asset, 1 - missed / time]).toEqual([asset, expect.closeTo(same?.covered ?? -1, 9)]);
      expect(gaps.map(({ from, to }) => [formatInstant(from), formatInstant(to)])).toEqual(
        same?.gaps.map(({ from, to }) => [from, to]),
      );
    }
    const [night] = askGaps(read, { asset: "db-3", from: FIRST + 30 * HOUR });
    expect(night?.gaps).toMatchObject([
      { why: [{ cause: "not-running", detail: "Portolan was not running for 8h59m55s" }] },
    ]);
  });

  it("of one asset shows nothing of other hosts, and still answers and verifies", async () => {
    const files = await exported(FIRST + 24 * HOUR, LAST, { asset: ["db-3"] });
    const text = [...files]
      .filter(([path]) => !/^(index\.html|verify\.mjs|readme\.txt)$/.test(path))
      .map(([, bytes]) => bytes.toString())
      .join("\n");
    for (const other of ["10.9.0.2", "10.9.0.4", "10.9.0.6", "fd00:77", '"web"', '"mail"', '"six"', "alert("]) {
      expect([other, text.includes(other)]).toEqual([other, false]);
    }
    const { report, record: read } = await verifyBundle(readable(files));
    expect(report).toMatchObject({ verified: true, assets: ["db-3"], problems: [] });
    expect(report.unchecked.join("\n")).toMatch(/entries about other assets were left out/);
    expect(answers(read, LAST - HOUR, "db-3:5432")[0]?.state).toBe("open");
    expect(lineOf(answers(read, LAST - HOUR, "db-3:5432")[0], "allowed")).toMatch(/a copy, not proven$/);
    expect(answers(read, FIRST + 35 * HOUR, "10.9.0.3:5432")[0]?.state).toBe("closed");
    expect(answers(read, LAST - HOUR, "10.9.0.2:80")[0]?.state).toBe("unknown");
  });

  it("names every one of a thousand random changes, with the file", async () => {
    const small = await exported(FIRST + 47 * HOUR, FIRST + 49 * HOUR);
    const unnoticed: string[] = [];
    const unnamed: string[] = [];
    for (const { what, concerns, files } of mutationsOf(small, 1_000, 20_260_314)) {
      const { report } = await verifyBundle(readable(files));
      if (report.verified) unnoticed.push(what);
      else if (!report.problems.some(({ file }) => concerns.includes(file))) unnamed.push(what);
    }
    expect({ unnoticed, unnamed }).toEqual({ unnoticed: [], unnamed: [] });
  }, 240_000);

  it("names a changed entry by its index and field", async () => {
    const entries = (whole.get("log/entries.jsonl")?.toString() ?? "").split("\n");
    const at = entries.findIndex((line, index) => index >= 20 && line.includes("complete"));
    const edited = new Map(whole).set(
      "log/entries.jsonl",
      Buffer.from(entries.map((line, index) => (index === at ? line.replace("complete", "partial") : line)).join("\n")),
    );
    const { report } = await verifyBundle(readable(edited));
    expect(report.problems).toContainEqual({
      file: "log/entries.jsonl",
      index: at,
      field: "body",
      problem: "was changed: it does not have its leaf hash",
    });
  });

  it("escapes hostile names in its page", () => {
    const page = whole.get("index.html")?.toString() ?? "";
    expect(page).not.toContain(HOSTILE_ASSET);
    expect(page.match(/<script/g)).toHaveLength(3);
  });

  it("is refused where nothing was recorded, for a period in the future, and for an asset that never was", async () => {
    const refused = (from: number, to: number, asset?: string[]) =>
      record.evidence.export({ from, to, ...(asset === undefined ? {} : { asset }) });
    await expect(refused(FIRST - 9 * HOUR, FIRST - HOUR)).rejects.toMatchObject({ code: "not-found" });
    await expect(refused(FIRST, LAST + 9_999 * HOUR)).rejects.toMatchObject({ code: "config-invalid" });
    await expect(refused(LAST, FIRST)).rejects.toMatchObject({ code: "config-invalid" });
    await expect(refused(FIRST, LAST, ["nobody"])).rejects.toMatchObject({ code: "not-found" });
  });
});
