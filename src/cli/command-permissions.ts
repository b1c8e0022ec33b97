import type { Command } from "commander";
import type { Permission } from "../contract/index.ts";

/**
 * The row of the permission table that each command takes where it asks a server; `machine`: it asks none, and what it
 * does is up to the rights of whoever runs it. A command without a line here does not start.
 */
const COMMANDS: Readonly<Record<string, Permission | "machine">> = {
  init: "machine",
  start: "machine",
  worker: "machine",
  sensor: "machine",
  restore: "machine",
  doctor: "machine",
  completion: "machine",
  "config check": "machine",
  "config show": "machine",
  sweep: "sweep:run",
  import: "import:run",
  status: "record:read",
  at: "record:read",
  exposure: "record:read",
  diff: "record:read",
  gaps: "record:read",
  findings: "record:read",
  "baseline show": "record:read",
  "baseline export": "record:read",
  "baseline propose": "baseline:propose",
  "baseline approve": "baseline:approve",
  "baseline import": "baseline:approve",
  "evidence verify": "evidence:read",
  "evidence checkpoint": "evidence:checkpoint",
  sensors: "sensors:read",
  "sensors enrol": "sensors:manage",
  "sensors revoke": "sensors:manage",
  "users list": "users:read",
  "users first-admin": "users:manage",
  "users invite": "users:manage",
  "users roles": "users:manage",
  "users disable": "users:manage",
  "users enable": "users:manage",
  "users link": "users:manage",
  "keys list": "users:read",
  "keys make": "keys:own",
  "keys revoke": "keys:own",
  "sessions list": "users:read",
  "sessions revoke": "account:own",
  backup: "backup:make",
};

/** Says in the help of each command which permission it takes; throws for one that has none. */
export function sayPermissions(command: Command, path: readonly string[] = []): void {
  const name = path.join(" ");
  const permission = COMMANDS[name];
  if (permission !== undefined && permission !== "machine") command.addHelpText("after", `Permission: ${permission}.`);
  if (permission === undefined && path.length > 0 && command.commands.length === 0) {
    throw new Error(`portolan ${name} has no row in the table of permissions`);
  }
  for (const child of command.commands) sayPermissions(child, [...path, child.name()]);
}
