import { describe, expect, it } from "vitest";
import { fakeCommandLine } from "../../../test/fakes/command-line.ts";
import { fakeOperations } from "../../../test/fakes/operations.ts";
import { fakePeople } from "../../../test/fakes/people.ts";
import type * as contract from "../../contract/index.ts";
import { run } from "../run.ts";

const cli = fakeCommandLine();

describe("people", () => {
  it.each([
    [
      ["users", "invite", "Ada@Example.com", "--name", "Ada"],
      ["invite", { email: "ada@example.com", name: "Ada", roles: [] }],
    ],
    [
      ["users", "roles", "x@audit.example", "auditor@2026-03-01..2026-03-31"],
      [
        "setRoles",
        "x@audit.example",
        [{ role: "auditor", from: "2026-03-01T00:00:00.000Z", to: "2026-04-01T00:00:00.000Z" }],
      ],
    ],
    [
      ["users", "roles", "u1", "engineer", "approver@..2026-03-31T12:00:00+01:00"],
      ["setRoles", "u1", [{ role: "engineer" }, { role: "approver", to: "2026-03-31T11:00:00.000Z" }]],
    ],
    [
      ["users", "roles", "u1", "--none"],
      ["setRoles", "u1", []],
    ],
    [
      ["users", "disable", "u1"],
      ["setDisabled", "u1", true],
    ],
    [
      ["users", "enable", "u1"],
      ["setDisabled", "u1", false],
    ],
    [
      ["keys", "make", "--user", "a@b.ch", "--name", "ci", "--days", "30", "--allow", "record:read", "sweep:run"],
      ["makeKey", { user: "a@b.ch", name: "ci", days: 30, permissions: ["record:read", "sweep:run"] }],
    ],
    [
      ["keys", "list"],
      ["keys", { all: true }],
    ],
    [
      ["sessions", "list"],
      ["sessions", { all: true }],
    ],
    [
      ["sessions", "revoke", "s1"],
      ["revokeSession", "s1"],
    ],
  ] as const)("%j asks what it was told to", async (argv, [asked, ...given]) => {
    const calls: unknown[] = [];
    const people = new Proxy(fakePeople(), {
      get:
        (fake, name: keyof contract.People) =>
        (...values: unknown[]) => {
          calls.push([name, ...values]);
          return (fake[name] as (...all: unknown[]) => unknown)(...values);
        },
    });
    const around = cli.surroundings({ operations: fakeOperations({ people }) });
    expect(await run(argv, around)).toBe(0);
    expect(calls).toEqual([[asked, ...given]]);
    expect(around.opened).toEqual({ now: 0, ever: 1 });
  });
});
