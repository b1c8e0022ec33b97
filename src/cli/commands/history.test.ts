import { describe, expect, it } from "vitest";
import { fakeOperations } from "../../../test/fakes/operations.ts";
import { fakeSurroundings } from "../../../test/fakes/surroundings.ts";
import { run } from "../run.ts";

async function portolan(...argv: readonly string[]) {
  const operations = fakeOperations();
  const around = fakeSurroundings({ operations, directory: import.meta.dirname });
  const code = await run(argv, around);
  return { code, ...around.printed, calls: operations.calls };
}

describe("--as-known", () => {
  it("asks for what had been recorded by the instant, or for all that the record has", async () => {
    const then = await portolan("at", "2026-03-14T09:00:00Z", "--as-known", "then");
    expect(then.calls).toMatchObject([{ operation: "history.at", argument: { known: "then" } }]);
    for (const argv of [[], ["--as-known", "now"]]) {
      const now = await portolan("diff", "2026-03-13T09:00:00Z", "2026-03-14T09:00:00Z", ...argv);
      expect(now.calls).toMatchObject([{ operation: "history.diff" }]);
      expect(now.calls[0]?.argument).not.toHaveProperty("known");
    }
  });

  it("refuses anything else", async () => {
    const { code, err, calls } = await portolan("at", "now", "--as-known", "2026-03-14");
    expect([code, calls]).toEqual([2, []]);
    expect(err).toContain("Give --as-known then or --as-known now.");
  });
});
