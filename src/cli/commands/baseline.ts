import { counted } from "../../model/index.ts";
import type { Command } from "commander";
import { OPERATIONS } from "../../contract/index.ts";
import { asks, takes } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import { readDocument, writeDocument } from "../files.ts";
import { present, tell } from "../present.ts";
import { plainLines } from "../screen/text.ts";
import { withOperations } from "../session.ts";
import type { ExitCode, Surroundings } from "../surroundings.ts";
import { showApproval, showBaseline } from "../views/baseline.ts";

export const PROPOSAL_FILE = "port-baseline.proposed.yaml";

interface OutputOptions {
  readonly output?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  portolan baseline propose                the ports open now, to justify
  portolan baseline approve ${PROPOSAL_FILE} --by "Jane Doe"
  portolan baseline show
  portolan baseline export -o port-baseline.yaml

Exit codes: 0 done, 2 error.`;

export function addBaseline(program: Command, context: Context): void {
  const { surroundings } = context;
  const baseline = program
    .command("baseline")
    .summary("the authorized ports: show, propose, approve, export")
    .description("The port baseline: which ports are authorized, who owns them and why.")
    .addHelpText("after", EXAMPLES);

  asks(
    baseline
      .command("show")
      .summary("the port baseline in force")
      .description("Shows the port baseline in force, and who approved it when."),
    OPERATIONS.baseline.get,
  ).action((options: OutputOptions) => context.ends(show(surroundings, options)));

  asks(
    baseline
      .command("propose")
      .summary("write the ports open now as a proposal")
      .description(
        `Writes the ports that are open now, and those already authorized, as YAML. Fill in every owner and justification (or delete the port), then approve it.`,
      )
      .option("-o, --output <file>", `the file to write; - for stdout (default: ${PROPOSAL_FILE})`)
      .option("--force", "replace an existing file"),
    OPERATIONS.baseline.propose,
    { note: "; writes a file only with -o" },
  ).action((options: OutputOptions) => context.ends(propose(surroundings, options)));

  asks(
    baseline
      .command("approve")
      .alias("import")
      .summary("put a completed proposal into force")
      .description(
        "Approves a completed port baseline, or one that was exported elsewhere. It is in force from now on, and the record names its approver.",
      )
      .argument("<file>", "the YAML file")
      .requiredOption("--by <name>", "name of the approver"),
    OPERATIONS.baseline.approve,
  )
    .addHelpText("after", `\nExample:\n  portolan baseline approve ${PROPOSAL_FILE} --by "Jane Doe"`)
    .action((file: string, options: { by: string; json?: boolean }) =>
      context.ends(approve(surroundings, file, options)),
    );

  takes(baseline.command("export"), OPERATIONS.baseline.get)
    .summary("the approved YAML, byte for byte")
    .description("Prints the YAML of the port baseline in force, or writes it to a file.")
    .option("-o, --output <file>", "the file to write (default: stdout)")
    .option("--force", "replace an existing file")
    .action((options: OutputOptions) => context.ends(exportYaml(surroundings, options)));
}

async function show(surroundings: Surroundings, options: OutputOptions): Promise<ExitCode> {
  return withOperations(surroundings, "record", async (operations) => {
    const result = await operations.baseline.get();
    present(surroundings, options.json, result, (page) => showBaseline(page, result));
    return 0;
  });
}

async function propose(surroundings: Surroundings, options: OutputOptions): Promise<ExitCode> {
  return withOperations(surroundings, "scope", async (operations) => {
    const result = await operations.baseline.propose();
    const file = options.output ?? (options.json === true ? undefined : PROPOSAL_FILE);
    if (file === "-" && options.json !== true) writeYaml(surroundings, result.document);
    else if (file !== undefined && file !== "-") {
      await writeDocument(surroundings, file, result.document, {
        replace: options.force === true,
        instead: "Add --force to replace it, or choose another file with -o.",
      });
      tell(surroundings, (page) => {
        page.say`Wrote ${file}: ${counted(result.proposed, "open port")} not authorized yet, ${result.kept} already authorized.`;
        page.say`Next: fill in the owner and justification of each port (or delete it), then run`;
        page.verbatim(`  portolan baseline approve ${file} --by "YOUR NAME"`);
      });
    }
    if (options.json === true) present(surroundings, true, result, () => undefined);
    return 0;
  });
}

async function approve(
  surroundings: Surroundings,
  file: string,
  options: { by: string; json?: boolean },
): Promise<ExitCode> {
  const document = await readDocument(surroundings, file);
  return withOperations(surroundings, "scope", async (operations) => {
    const result = await operations.baseline.approve({ document, file, approvedBy: options.by });
    present(surroundings, options.json, result, (page) => showApproval(page, result));
    return 0;
  });
}

async function exportYaml(surroundings: Surroundings, options: OutputOptions): Promise<ExitCode> {
  return withOperations(surroundings, "record", async (operations) => {
    const { document, version } = await operations.baseline.get();
    if (options.output === undefined || options.output === "-") {
      writeYaml(surroundings, document);
      return 0;
    }
    const file = options.output;
    await writeDocument(surroundings, file, document, {
      replace: options.force === true,
      instead: "Add --force to replace it, or choose another file with -o.",
    });
    tell(surroundings, (page) => page.say`Wrote ${file}: port baseline version ${String(version)}`);
    return 0;
  });
}

/** Byte for byte into a pipe; escaped for a terminal. */
function writeYaml(surroundings: Surroundings, document: string): void {
  surroundings.stdout.write(surroundings.stdout.isTerminal ? plainLines(document) : document);
}
