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
])("the help of %j names the permission %s", async (command, permission) => {
  const around = fakeSurroundings({ directory: "/", operations: fakeOperations() });
  expect(await run([...command, "--help"], around)).toBe(0);
  expect(around.printed.out).toMatch(new RegExp(`\\nPermission: ${permission}\\.\\n$`));
});

it("refuses a command that does not declare its operation", () => {
  const program = new Command("portolan");
  program.command("users").command("erase");
  expect(() => sayPermissions(program)).toThrow("portolan users erase does not declare which operation it performs");
});
