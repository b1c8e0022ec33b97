import { Option, type Command } from "commander";
import type { z } from "zod";
import { nameOf, type Declaration, type Permission } from "../contract/index.ts";

/** Commands that send no request to a server: the operating system decides what their user can do. */
const MACHINE: readonly string[] = [
  "init",
  "start",
  "demo",
  "worker",
  "sensor",
  "restore",
  "doctor",
  "login",
  "logout",
  "whoami",
  "completion",
  "config check",
  "config database",
  "config show",
];

/** The permission that the server requires for each command's operation. */
const TAKEN = new WeakMap<Command, Permission>();

/** Declares which operation a command performs, with a request like this one; its permission follows from that. */
export function takes(
  command: Command,
  { permission, further }: Pick<Declaration, "permission" | "further">,
  request: Readonly<Record<string, unknown>> = {},
): Command {
  TAKEN.set(command, further?.when(request) === true ? further.permission : permission);
  return command;
}

/** The same for a command that can print the operation's result with `--json`. */
export function asks(
  command: Command,
  operation: Pick<Declaration, "permission" | "further" | "result">,
  { request, note = "" }: { readonly request?: Readonly<Record<string, unknown>>; readonly note?: string } = {},
): Command {
  const { result } = operation;
  if (result !== undefined && nameOf(result) !== undefined) command.addOption(jsonOption(result, note));
  return takes(command, operation, request);
}

/** `--json`, which prints a result of this schema. */
export function jsonOption(result: z.ZodType, note = ""): Option {
  const file = `generated/json/${nameOf(result) ?? ""}.schema.json`;
  return new Option("--json", `print the result as one JSON document (${file})${note}`);
}

/** Adds the required permission to the help of each command; throws for a command that declares no operation. */
export function sayPermissions(command: Command, path: readonly string[] = []): void {
  const name = path.join(" ");
  const permission = TAKEN.get(command);
  if (permission !== undefined) command.addHelpText("after", `Permission: ${permission}.`);
  if (permission === undefined && !MACHINE.includes(name) && path.length > 0 && command.commands.length === 0) {
    throw new Error(`portolan ${name} does not declare which operation it performs`);
  }
  for (const child of command.commands) sayPermissions(child, [...path, child.name()]);
}
