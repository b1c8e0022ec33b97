import { Command } from "commander";
import { expect, it } from "vitest";
import { fakeOperations } from "../../test/fakes/operations.ts";
import { fakeSurroundings } from "../../test/fakes/surroundings.ts";
import { sayPermissions } from "./command-permissions.ts";
import { run } from "./run.ts";

it.each([
  [["users", "invite"], "users:manage"],
  [["sensors"], "sensors:read"],
  [["baseline", "approve"], "baseline:approve"],
])("the help of %j says that it takes %s", async (command, permission) => {
  const around = fakeSurroundings({ directory: "/", operations: fakeOperations() });
  expect(await run([...command, "--help"], around)).toBe(0);
  expect(around.printed.out).toMatch(new RegExp(`\\nPermission: ${permission}\\.\\n$`));
});

it("a command that does not say its operation does not start", () => {
  const program = new Command("portolan");
  program.command("users").command("erase");
  expect(() => sayPermissions(program)).toThrow("portolan users erase does not say which operation it performs");
});
