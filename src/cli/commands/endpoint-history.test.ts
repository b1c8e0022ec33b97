import { describe, expect, it } from "vitest";
import { fakeOperations } from "../../../test/fakes/operations.ts";
import { fakeSurroundings } from "../../../test/fakes/surroundings.ts";
import { run } from "../run.ts";

async function history(...argv: readonly string[]) {
  const operations = fakeOperations();
  const around = fakeSurroundings({ operations, directory: import.meta.dirname });
  const code = await run(["history", ...argv], around);
  return { code, ...around.printed, calls: operations.calls };
}

describe("history ENDPOINT", () => {
  it.each([
    ["db-3:5432", { host: "db-3", transport: "tcp", port: 5432 }],
    ["10.77.0.13:22", { host: "10.77.0.13", transport: "tcp", port: 22 }],
    ["udp/[2001:db8::5]:53", { host: "2001:db8::5", transport: "udp", port: 53 }],
  ])("reads %s", async (text, asked) => {
    const { code, calls } = await history(text);
    expect(code).toBe(0);
    expect(calls).toMatchObject([{ operation: "history.endpoint", argument: asked }]);
  });

  it.each(["db-3", "db-3:0", "db-3:70000", "sctp/db-3:22", "[::1]", ":22"])(
    "refuses %s with an example",
    async (text) => {
      const { code, err, calls } = await history(text);
      expect([code, calls]).toEqual([2, []]);
      expect(err).toContain("for example db-3:5432");
    },
  );

  it("says in words when it was open, when nobody looked, and who decided", async () => {
    const { out } = await history("db-3:5432");
    const said = out.replace(/\n\s+/g, " ");
    expect(out).toContain("UNKNOWN, nobody looked in time");
    expect(said).toContain("not authorized by port baseline version 4");
    expect(said).toContain("authorized by port baseline version 5, for team-data: replica for reporting");
    expect(said).toContain("finding 17, unauthorized-open, resolved");
    expect(out.split("\n").every((line) => line.length <= 80)).toBe(true);
  });
});
