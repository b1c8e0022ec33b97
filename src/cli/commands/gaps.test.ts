import { describe, expect, it } from "vitest";
import { fakeOperations } from "../../../test/fakes/operations.ts";
import { fakeSurroundings } from "../../../test/fakes/surroundings.ts";
import { run } from "../run.ts";

const GAP = "inside/web-1@2026-03-14T02:00:00.000Z";

async function portolan(...argv: readonly string[]) {
  const operations = fakeOperations();
  const around = fakeSurroundings({ operations, directory: import.meta.dirname });
  const code = await run(argv, around);
  return { code, ...around.printed, calls: operations.calls };
}

describe("portolan gaps", () => {
  it("lists the gaps with their names and explanations", async () => {
    const { code, out } = await portolan("gaps", "--from", "-7d");
    expect(code).toBe(0);
    expect(out).toContain("    inside/db-1@2026-03-10T01:00:00.000Z\n");
    expect(out).toContain("not explained");
  });

  it("needs the start of the period", async () => {
    const { code, err, calls } = await portolan("gaps");
    expect([code, calls]).toEqual([2, []]);
    expect(err).toContain("Give it: portolan gaps --from -7d.");
  });

  it("shows one gap with what other sources covered, and who signed its explanation off", async () => {
    const { out, calls } = await portolan("gaps", "show", GAP);
    expect(calls).toMatchObject([{ operation: "gaps.show", argument: { gap: GAP } }]);
    await expect(out).toMatchFileSnapshot("../../../test/golden/cli/gap.txt");
  });

  it("explains a gap", async () => {
    const { out, calls } = await portolan(
      ...["gaps", "explain", GAP, "--cause", "maintenance", "--text", "The hypervisor was upgraded."],
      ...["--reference", "CHG-2041", "--everything"],
    );
    expect(calls).toMatchObject([
      {
        operation: "gaps.explain",
        argument: { gap: GAP, cause: "maintenance", references: ["CHG-2041"], everything: true },
      },
    ]);
    await expect(out).toMatchFileSnapshot("../../../test/golden/cli/gap-explained.txt");
    const wrong = await portolan("gaps", "explain", GAP, "--cause", "bad luck", "--text", "x");
    expect([wrong.code, wrong.calls]).toEqual([2, []]);
  });

  it("signs an explanation off", async () => {
    const { out, calls } = await portolan("gaps", "sign-off", GAP, "--explanation", "4", "--by", "Ada Lovelace");
    expect(calls).toMatchObject([
      { operation: "gaps.signOff", argument: { gap: GAP, explanation: 4, signedOffBy: "Ada Lovelace" } },
    ]);
    await expect(out).toMatchFileSnapshot("../../../test/golden/cli/gap-signed-off.txt");
  });

  it("refuses what is not a number of an explanation", async () => {
    const { code, err } = await portolan("gaps", "sign-off", GAP, "--explanation", "all");
    expect(code).toBe(2);
    expect(err).toContain("Give the number that portolan gaps show GAP prints.");
  });
});
