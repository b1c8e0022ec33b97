import { Option, type Command } from "commander";
import { OPERATIONS, type BoundaryResult } from "../../contract/index.ts";
import { asks } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import { readBytes } from "../files.ts";
import { present } from "../present.ts";
import { withOperations } from "../session.ts";
import type { ExitCode, Surroundings } from "../surroundings.ts";
import { parseTime, readingOf, TIME_HELP } from "../time-argument.ts";
import { showBoundary, showBoundaryImport, showBoundaryRetirement } from "../views/boundary.ts";

interface ImportOptions {
  readonly kind?: "zone" | "inventory" | "cmdb" | "dhcp";
  readonly name?: string;
  readonly asOf?: string;
  readonly origin?: string;
  readonly addressColumn?: string;
  readonly nameColumn?: string;
  readonly json?: boolean;
}

interface ShowOptions {
  readonly disposition?: readonly BoundaryResult["lines"][number]["disposition"][];
  readonly json?: boolean;
}

const DISPOSITIONS = ["scanned", "unreachable", "declared", "excluded", "discovered"] as const;

/** In bytes: 16 MiB. */
const LARGEST = 16_777_216;

const SHOW_EXAMPLES = `
Each address and name that a source knows has one disposition: scanned,
unreachable, declared, excluded or discovered (nobody declared it).
docs/guide/boundary.md explains them.

Examples:
  portolan boundary import corp.zone --origin corp.example
  portolan boundary --disposition discovered
  portolan boundary --json

Exit codes: 0 answered (also when something is not declared), 2 error.`;

const IMPORT_EXAMPLES = `
Examples:
  portolan boundary import corp.zone --origin corp.example --as-of -1h
  portolan boundary import instances.json       aws ec2 describe-instances
  portolan boundary import cmdb.csv --kind cmdb --address-column "IP Address"
  portolan boundary import dhcpd.leases

${TIME_HELP}

Exit codes: 0 recorded, 2 error (nothing was recorded).`;

export function addBoundary(program: Command, context: Context): void {
  const { surroundings } = context;
  const boundary = asks(
    program
      .command("boundary")
      .summary("what other systems know, reconciled with the scope")
      .description(
        "Shows each address and name that a recorded source knows (DNS zone, cloud inventory, CMDB, DHCP leases), with its disposition: declared, scanned, unreachable, excluded, or not declared.",
      )
      .addOption(new Option("--disposition <disposition...>", "only these").choices(DISPOSITIONS)),
    OPERATIONS.boundary.show,
  )
    .addHelpText("after", SHOW_EXAMPLES)
    .action((options: ShowOptions) => context.ends(show(surroundings, options)));

  asks(
    boundary
      .command("import")
      .summary("record a file that lists addresses or names")
      .description(
        "Reads a DNS zone file, the JSON of a cloud inventory, a table of a CMDB or DHCP leases, and records what it says. It replaces the source of the same name; earlier imports stay in the record. It opens no findings.",
      )
      .argument("<file>", "the file; at most 16 MiB")
      .addOption(
        new Option("--kind <kind>", "what it is (default: what its content says with certainty)").choices([
          "zone",
          "inventory",
          "cmdb",
          "dhcp",
        ]),
      )
      .option("--name <name>", "name of the source (default: the file's name)")
      .option("--as-of <time>", "when its content was true (default: when the file was last written)")
      .option("--origin <zone>", "zone: what its relative names belong to")
      .option("--address-column <title>", "cmdb: the column of addresses")
      .option("--name-column <title>", "cmdb: the column of names"),
    OPERATIONS.boundary.record,
  )
    .addHelpText("after", IMPORT_EXAMPLES)
    .action((file: string, _options: unknown, command: Command) =>
      context.ends(importFile(surroundings, file, command.optsWithGlobals<ImportOptions>())),
    );

  addSources(boundary, surroundings, (work) => context.ends(work));
}

function addSources(boundary: Command, surroundings: Surroundings, ends: Context["ends"]): void {
  asks(
    boundary
      .command("transfer")
      .summary("transfer a DNS zone from its server, and record it")
      .description(
        "Transfers a zone (AXFR) from the server that boundary.zones of portolan.server.yaml names for it, and records what it lists like a zone file. With boundary.tsigKey the transfer is signed.",
      )
      .argument("<zone>", "the zone")
      .option("--name <name>", "name of the source (default: ZONE@SERVER)"),
    OPERATIONS.boundary.transfer,
  ).action((zone: string, _options: unknown, command: Command) =>
    ends(transfer(surroundings, zone, command.optsWithGlobals<{ name?: string; json?: boolean }>())),
  );

  asks(
    boundary
      .command("retire")
      .summary("let a source count no longer")
      .description(
        "Leaves a source out of the boundary from now on. Its imports stay in the record; a file that is imported under its name counts again.",
      )
      .argument("<source>", "its name"),
    OPERATIONS.boundary.retire,
  ).action((source: string, _options: unknown, command: Command) =>
    ends(retire(surroundings, source, command.optsWithGlobals<{ json?: boolean }>())),
  );
}

async function transfer(
  surroundings: Surroundings,
  zone: string,
  { name, json }: { readonly name?: string; readonly json?: boolean },
): Promise<ExitCode> {
  return withOperations(surroundings, "scope", async (operations) => {
    const result = await operations.boundary.transfer({ zone, name, requestedBy: surroundings.user });
    present(surroundings, json, result, (page) => showBoundaryImport(page, result));
    return 0;
  });
}

async function retire(
  surroundings: Surroundings,
  source: string,
  { json }: { readonly json?: boolean },
): Promise<ExitCode> {
  return withOperations(surroundings, "scope", async (operations) => {
    const result = await operations.boundary.retire({ name: source, requestedBy: surroundings.user });
    present(surroundings, json, result, (page) => showBoundaryRetirement(page, result));
    return 0;
  });
}

async function show(surroundings: Surroundings, { disposition, json }: ShowOptions): Promise<ExitCode> {
  return withOperations(surroundings, "scope", async (operations) => {
    const result = await operations.boundary.show({ disposition });
    present(surroundings, json, result, (page) => showBoundary(page, result));
    return 0;
  });
}

async function importFile(surroundings: Surroundings, file: string, options: ImportOptions): Promise<ExitCode> {
  const { kind, name, origin, addressColumn, nameColumn, json } = options;
  const stated = options.asOf === undefined ? undefined : parseTime(options.asOf, "--as-of", readingOf(surroundings));
  const { content, writtenAt } = await readBytes(surroundings, file, LARGEST);
  const request = {
    file,
    name,
    kind,
    origin,
    addressColumn,
    nameColumn,
    asOf: stated ?? Math.min(writtenAt, surroundings.clock.now()),
    asOfFrom: stated === undefined ? ("file" as const) : ("stated" as const),
    content: content.toString("base64"),
    requestedBy: surroundings.user,
  };
  return withOperations(surroundings, "scope", async (operations) => {
    const result = await operations.boundary.record(request);
    present(surroundings, json, result, (page) => showBoundaryImport(page, result));
    return 0;
  });
}
