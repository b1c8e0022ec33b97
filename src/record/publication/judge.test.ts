import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { emptyTree, signCheckpointNote, signingKey, verifierKey, type SigningKey } from "../evidence/index.ts";
import { judgeHeld } from "./judge.ts";
import type { HeldNote, LogFacts, Verdict } from "./verdict.ts";

const ORIGIN = "portolan/test";
const newKey = (): SigningKey => signingKey(generateKeyPairSync("ed25519").privateKey)!;
const OWN = newKey();

/** The root over the first entries of a history: `main` until `parts`, something else from there on. */
function rootOf(size: number, parts = Number.POSITIVE_INFINITY): Uint8Array {
  const tree = emptyTree();
  for (let index = 0; index < size; index += 1) tree.append(Buffer.alloc(32, index < parts ? index : index + 100));
  return tree.root();
}

function noteOf(
  size: number,
  { parts = Infinity, key = OWN, origin = ORIGIN, generation = undefined as number | undefined } = {},
): HeldNote {
  const note = signCheckpointNote({ origin, size, rootHash: rootOf(size, parts) }, key);
  return { note, from: "here", generation };
}

function log(size: number, facts: Partial<LogFacts> = {}, parts?: number): LogFacts {
  const keys = [verifierKey(ORIGIN, OWN.publicKey)];
  return {
    origin: ORIGIN,
    size,
    keys,
    rootAt: (at) => rootOf(at, parts),
    signedSize: size,
    beyond: [],
    restores: [],
    ...facts,
  };
}

const verdict = async (note: HeldNote, facts: LogFacts): Promise<Verdict | undefined> =>
  (await judgeHeld([note], facts))[0]?.verdict;

describe("a checkpoint kept outside", () => {
  it("belongs to the log that it was taken from, at any size", async () => {
    for (const size of [1, 7, 20]) expect(await verdict(noteOf(size), log(20))).toBe("contained");
  });

  it("shows an earlier state of the whole database, and tells it from an end that was cut off", async () => {
    const [early] = await judgeHeld([noteOf(20)], log(12));
    expect(early).toMatchObject({ verdict: "rolled-back", size: 20 });
    expect(early?.problem).toMatch(/ends after 12 entries, and entries 12 to 19, which were signed, are missing/);
    const [cut] = await judgeHeld([noteOf(20)], log(12, { beyond: ["sweep 4 ended later"] }));
    expect(cut).toMatchObject({ verdict: "tail-cut" });
    expect(cut?.problem).toMatch(/but sweep 4 ended later/);
  });

  it("shows that the key signed two histories, and between which entries they part", async () => {
    const judged = await judgeHeld([noteOf(8), noteOf(15)], log(20, {}, 10));
    expect(judged.map((each) => each.verdict)).toEqual(["contained", "forked"]);
    expect(judged[1]?.problem).toMatch(/part between entries 8 and 14/);
  });

  it("shows two histories also if this database has no checkpoint of its own, but another one outside has", async () => {
    const judged = await judgeHeld([noteOf(15), noteOf(18, { parts: 10 })], log(20, { signedSize: 0 }, 10));
    expect(judged.map((each) => each.verdict)).toEqual(["forked", "contained"]);
  });

  it("shows that entries were altered, if nothing is signed over them", async () => {
    expect(await verdict(noteOf(15), log(20, { signedSize: 9 }, 10))).toBe("altered");
  });

  it("shows another log, by its name or by its key", async () => {
    expect(await verdict(noteOf(12, { origin: "portolan/other" }), log(20))).toBe("replaced");
    expect(await verdict(noteOf(12, { key: newKey() }), log(20))).toBe("replaced");
  });

  it("proves nothing if it was changed after it was signed", async () => {
    const { note } = noteOf(12);
    expect(await verdict({ note: note.replace("\n12\n", "\n13\n"), from: "here" }, log(20))).toBe("unusable");
    expect(await verdict({ note: "hello", from: "here" }, log(20))).toBe("unusable");
  });

  it("raises no alarm if a signed restore explains it, which also says what was lost", async () => {
    const restores = [{ entry: 10, generation: 2, lost: 15 }];
    const [judged] = await judgeHeld([noteOf(15)], log(20, { restores }, 10));
    expect(judged).toMatchObject({ verdict: "superseded", lost: { from: 10, to: 14, restore: 10, generation: 2 } });
    expect(await verdict(noteOf(15), log(12, { restores }, 10))).toBe("superseded");
  });

  it("is an alarm in spite of a restore, if it was signed after that", async () => {
    const restores = [{ entry: 10, generation: 2, lost: 15 }];
    expect(await verdict(noteOf(18, { parts: 10 }), log(14, { restores }, 10))).toBe("rolled-back");
    const unknown = [{ entry: 10, generation: 2 }];
    expect(await verdict(noteOf(18, { parts: 10, generation: 2 }), log(14, { restores: unknown }, 10))).toBe(
      "rolled-back",
    );
    expect(await verdict(noteOf(18, { parts: 10, generation: 1 }), log(14, { restores: unknown }, 10))).toBe(
      "superseded",
    );
  });

  it("before a restore has to belong to the log like any other", async () => {
    const restores = [{ entry: 10, generation: 2 }];
    expect(await verdict(noteOf(8), log(20, { restores }, 10))).toBe("contained");
    expect(await verdict(noteOf(8, { parts: 3 }), log(20, { restores }, 10))).toBe("forked");
  });
});
