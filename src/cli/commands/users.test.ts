import { describe, expect, it } from "vitest";
import { fakeCommandLine } from "../../../test/fakes/command-line.ts";
import { run } from "../run.ts";

const cli = fakeCommandLine();

describe("people", () => {
  it.each([
    [
      ["users", "invite", "Ada@Example.com", "--name", "Ada"],
      ["users.invite", { email: "ada@example.com", name: "Ada", roles: [] }],
    ],
    [
      ["users", "roles", "x@audit.example", "auditor@2026-03-01..2026-03-31"],
      [
        "users.setRoles",
        {
          id: "x@audit.example",
          roles: [{ role: "auditor", from: "2026-03-01T00:00:00.000Z", to: "2026-04-01T00:00:00.000Z" }],
        },
      ],
    ],
    [
      ["users", "roles", "u1", "engineer", "approver@..2026-03-31T12:00:00+01:00"],
      [
        "users.setRoles",
        { id: "u1", roles: [{ role: "engineer" }, { role: "approver", to: "2026-03-31T11:00:00.000Z" }] },
      ],
    ],
    [
      ["users", "roles", "u1", "--none"],
      ["users.setRoles", { id: "u1", roles: [] }],
    ],
    [
      ["users", "disable", "u1"],
      ["users.disable", { id: "u1" }],
    ],
    [
      ["users", "enable", "u1"],
      ["users.enable", { id: "u1" }],
    ],
    [
      ["keys", "make", "--user", "a@b.ch", "--name", "ci", "--days", "30", "--allow", "record:read", "sweep:run"],
      ["keys.make", { user: "a@b.ch", name: "ci", days: 30, permissions: ["record:read", "sweep:run"] }],
    ],
    [
      ["keys", "list"],
      ["keys.list", { all: true }],
    ],
    [
      ["sessions", "list"],
      ["sessions.list", { all: true }],
    ],
    [
      ["sessions", "revoke", "s1"],
      ["sessions.revoke", { id: "s1" }],
    ],
  ] as const)("%j requests its operation", async (argv, [operation, argument]) => {
    const around = cli.surroundings();
    expect(await run(argv, around)).toBe(0);
    expect(around.operations.calls).toEqual([{ operation, argument }]);
    expect(around.opened).toEqual({ now: 0, ever: 1 });
  });
});
