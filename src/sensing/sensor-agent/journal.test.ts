import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SensorMoment } from "../../contract/index.ts";
import type { NewRecord } from "./report.ts";
import { openJournal } from "./io/journal-file.ts";

const at: SensorMoment = { clock: "boot", elapsed: 1, wall: 1 };
const seen = { kind: "seen", at } as const;
const ALL = { records: 1_000, bytes: 1_000_000 };

describe("the journal of a sensor", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "portolan-journal-"));
    path = join(folder, "journal.jsonl");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("returns the appended records in order, to the next run too, until they are acknowledged", () => {
    const journal = openJournal(path, 10_000);
    expect([journal.append(seen), journal.append(seen), journal.append(seen)]).toEqual([true, true, true]);
    journal.acknowledge(1);
    expect(journal.pending(ALL).map(({ seq }) => seq)).toEqual([2, 3]);
    // Nothing is closed: the process was killed.
    const next = openJournal(path, 10_000);
    expect(next).toMatchObject({ id: journal.id, run: journal.run + 1, replaced: false });
    // Acknowledged records still in the file are sent again, and the server recognizes them.
    expect(next.pending(ALL).map(({ seq }) => seq)).toEqual([1, 2, 3]);
    next.acknowledge(3);
    next.append(seen);
    expect(next.pending(ALL).map(({ seq }) => seq)).toEqual([4]);
    expect(next.pending({ records: 1, bytes: 0 })).toHaveLength(1);
  });

  it("leaves out a line that was cut off at any byte, and uses its number again", () => {
    const journal = openJournal(path, 10_000);
    journal.append(seen);
    const whole = readFileSync(path).length;
    journal.append(seen);
    journal.close();
    const full = readFileSync(path);
    for (let length = whole; length < full.length; length += 1) {
      writeFileSync(path, full);
      truncateSync(path, length);
      const cut = openJournal(path, 10_000);
      expect(cut.id).toBe(journal.id);
      expect(cut.pending(ALL).map(({ seq }) => seq)).toEqual([1]);
      cut.append(seen);
      expect(cut.pending(ALL).map(({ seq }) => seq)).toEqual([1, 2]);
      cut.close();
    }
  });

  it("is a new journal if it cannot be read back", () => {
    const journal = openJournal(path, 10_000);
    journal.append(seen);
    journal.close();
    appendFileSync(path, "no record\n");
    const next = openJournal(path, 10_000);
    expect(next).toMatchObject({ run: 1, replaced: true });
    expect(next.id).not.toBe(journal.id);
    expect(next.pending(ALL)).toEqual([]);
  });

  it("takes no more than it has room for, and makes room as it is acknowledged", () => {
    const journal = openJournal(path, 1_000);
    let taken = 0;
    while (journal.append(seen)) taken += 1;
    expect(taken).toBeGreaterThan(5);
    expect(readFileSync(path).length).toBeLessThan(1_200);
    journal.acknowledge(taken - 1);
    expect(journal.append(seen)).toBe(true);
    for (let round = 0; round < 100; round += 1) {
      expect(journal.append(seen)).toBe(true);
      journal.acknowledge(taken + 1 + round);
    }
    expect(readFileSync(path).length).toBeLessThan(2_300);
  });

  it("takes one record that is larger than its room, and nothing after it until that is acknowledged", () => {
    const journal = openJournal(path, 100);
    const addresses = Array.from({ length: 50 }, (_, each) => `10.0.0.${each}`);
    const begin = { kind: "begin", at, cause: "started", listeners: [], addresses } satisfies NewRecord;
    expect([journal.append(begin), journal.append(seen)]).toEqual([true, false]);
    journal.acknowledge(1);
    expect(journal.append(seen)).toBe(true);
  });
});
