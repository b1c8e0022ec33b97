import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stateOfCode } from "../../model/index.ts";
import { createJournal, type Chunk } from "./journal.ts";

describe("the sweep journal", () => {
  it("holds back the results after one that has not arrived yet", () => {
    const journal = createJournal(10);
    journal.add({ index: 10, state: "closed", at: 1 });
    journal.add({ index: 12, state: "open", at: 3 });
    expect(journal.take()).toMatchObject({ firstIndex: 10, nextIndex: 11 });
    expect(journal.take()).toBeUndefined();
    journal.add({ index: 11, state: "no-response", at: 9 });
    expect(journal.take()).toMatchObject({
      firstIndex: 11,
      nextIndex: 13,
      probedFrom: 3,
      probedTo: 9,
      openAt: [[12, 3]],
    });
  });

  it("fills holes with not-scanned when everything in hand is taken", () => {
    const journal = createJournal(0);
    journal.add({ index: 2, state: "open", at: 5 });
    const chunk = journal.take(true);
    expect([...(chunk?.states ?? [])].map(stateOfCode)).toEqual(["not-scanned", "not-scanned", "open"]);
    expect(journal.take(true)).toBeUndefined();
  });

  it("takes the second of two results, and hands out a result separately after its chunk was taken", () => {
    const journal = createJournal(0);
    journal.add({ index: 0, state: "no-response", at: 1 });
    journal.add({ index: 1, state: "no-response", at: 1 });
    journal.add({ index: 0, state: "open", at: 2 });
    expect(journal.take()).toMatchObject({ openAt: [[0, 2]] });
    journal.add({ index: 1, state: "closed", at: 3 });
    expect(journal.late).toEqual([{ index: 1, state: "closed", at: 3 }]);
    expect(journal.take(true)).toBeUndefined();
    expect(journal).toMatchObject({ received: 2, open: 1 });
  });

  it("keeps every result exactly once, in any order of arrival", () => {
    const results = fc
      .uniqueArray(fc.nat(200), { maxLength: 150 })
      .map((indices) => indices.map((index) => ({ index, state: "closed" as const, at: index })));
    fc.assert(
      fc.property(results, fc.array(fc.nat(150)), (arriving, takes) => {
        const journal = createJournal(0);
        const chunks: Chunk[] = [];
        arriving.forEach((result, turn) => {
          journal.add(result);
          const chunk = takes.includes(turn) ? journal.take() : undefined;
          if (chunk !== undefined) chunks.push(chunk);
        });
        const rest = journal.take(true);
        if (rest !== undefined) chunks.push(rest);

        const seen = chunks.flatMap((chunk) =>
          [...chunk.states].flatMap((code, offset) => (code === 0 ? [] : [chunk.firstIndex + offset])),
        );
        expect(seen).toEqual(arriving.map(({ index }) => index).sort((a, b) => a - b));
        chunks.forEach((chunk, number) => expect(chunk.firstIndex).toBe(chunks[number - 1]?.nextIndex ?? 0));
      }),
    );
  });
});
