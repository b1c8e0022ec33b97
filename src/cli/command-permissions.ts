import { Option, type Command } from "commander";
import type { z } from "zod";
import { nameOf, type Declaration, type Permission } from "../contract/index.ts";

/** What asks no server: what it does is up to the rights of whoever runs it. */
const MACHINE: readonly string[] = [
  "init",
  "start",
  "worker",
  "sensor",
  "restore",
  "doctor",
  "completion",
  "config check",
  "config show",
];

/** The row of the permission table that each command takes where it asks a server. */
const TAKEN = new WeakMap<Command, Permission>();

/** Says which operation a command performs, with a request like this one: what it takes follows from that. */
export function takes(
  command: Command,
  { permission, further }: Pick<Declaration, "permission" | "further">,
  request: Readonly<Record<string, unknown>> = {},
): Command {
  TAKEN.set(command, further?.when(request) === true ? further.permission : permission);
  return command;
}

/** The same of a command that can print the operation's result with `--json`. */
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

/** Says in the help of each command which permission it takes; throws for one that does not say it. */
export function sayPermissions(command: Command, path: readonly string[] = []): void {
  const name = path.join(" ");
  const permission = TAKEN.get(command);
  if (permission !== undefined) command.addHelpText("after", `Permission: ${permission}.`);
  if (permission === undefined && !MACHINE.includes(name) && path.length > 0 && command.commands.length === 0) {
    throw new Error(`portolan ${name} does not say which operation it performs`);
  }
  for (const child of command.commands) sayPermissions(child, [...path, child.name()]);
}
