import { describe, expect, it } from "vitest";
import { fakeOperations } from "../../../test/fakes/operations.ts";
import { fakeSurroundings } from "../../../test/fakes/surroundings.ts";
import { run } from "../run.ts";

async function retention(...argv: readonly string[]) {
  const operations = fakeOperations();
  const around = fakeSurroundings({ operations, directory: import.meta.dirname });
  const code = await run(["retention", ...argv], around);
  return { code, ...around.printed, calls: operations.calls };
}

describe("retention", () => {
  it("says how long what is kept, what a pruning would delete, and what holds keep", async () => {
    const { code, out } = await retention("show");
    const said = out.replace(/\n\s+/g, " ");
    expect(code).toBe(0);
    expect(said).toContain("kept for 2 years");
    expect(said).toContain("1,440 looks, 24 sweeps, 24 runs, bodies of 72 entries");
    expect(said).toContain("kept by legal holds: 48 sweeps");
    expect(out.split("\n").every((line) => line.length <= 80)).toBe(true);
  });

  it("prunes, and with --dry-run only says what it would delete", async () => {
    expect((await retention("prune")).calls).toMatchObject([{ operation: "retention.prune" }]);
    expect((await retention("prune", "--dry-run")).calls).toMatchObject([{ operation: "retention.show" }]);
  });

  it("reads kinds and times", async () => {
    const { calls } = await retention("set", "--keep", "sweeps=2y", "access=18mo", "--reason", "r");
    expect(calls).toMatchObject([
      { operation: "retention.set", argument: { months: { sweeps: 24, access: 18 }, allowUnderAYear: false } },
    ]);
  });

  it.each(["sweeps", "sweeps=2", "sweeps=2d", "looks=2y", "sweeps=-1y"])(
    "refuses %s as a kind and a time",
    async (text) => {
      const { code, err, calls } = await retention("set", "--keep", text, "--reason", "r");
      expect([code, calls]).toEqual([2, []]);
      expect(err).toContain("as in sweeps=2y");
    },
  );

  it("holds one asset or everything", async () => {
    const set = (...argv: readonly string[]) =>
      retention("hold", "set", "--from", "2024-03-01", "--reason", "r", ...argv);
    expect((await set("--asset", "web-1")).calls).toMatchObject([{ argument: { asset: "web-1" } }]);
    expect((await set("--all")).calls[0]?.argument).not.toHaveProperty("asset", "web-1");
    for (const wrong of [await set(), await set("--all", "--asset", "web-1")]) {
      expect([wrong.code, wrong.calls]).toEqual([2, []]);
      expect(wrong.err).toContain("Give either --asset NAME or --all.");
    }
  });

  it("lists holds, and lifts one by its number", async () => {
    expect((await retention("hold", "list")).out).toContain("case 2026-17");
    const { out, calls } = await retention("hold", "lift", "3", "--reason", "closed");
    expect(calls).toMatchObject([{ operation: "retention.lift", argument: { hold: 3, reason: "closed" } }]);
    expect(out).toContain("lifted by Ada");
  });
});
