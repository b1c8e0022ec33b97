import { InvalidArgumentError, Option, type Command } from "commander";
import { EXPORT_FORMATS, type ExportFormat, mailAddress, MOST_RECIPIENTS, OPERATIONS } from "../../contract/index.ts";
import { FINDING_STATUSES, Fault, isOpen, OPEN_STATUSES, type FindingStatus } from "../../model/index.ts";
import { parseWhole } from "../arguments.ts";
import { asks } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import { writeExport } from "../files.ts";
import { present } from "../present.ts";
import { stoppable } from "../stop-request.ts";
import { withOperations } from "../session.ts";
import type { ExitCode, Surroundings } from "../surroundings.ts";
import { showFinding } from "../views/finding.ts";
import { showFindings } from "../views/findings.ts";

interface FindingsOptions {
  readonly status?: string;
  readonly all?: boolean;
  readonly json?: boolean;
  readonly format?: ExportFormat;
  readonly output?: string;
  readonly mailFrom?: string;
  readonly mailTo?: readonly string[];
}

const EXAMPLES = `
Examples:
  portolan findings                            the open ones
  portolan findings show 6                     one of them, with its whole life
  portolan findings --status new,regressed
  portolan findings --all --json
  portolan findings --all --format csv -o findings-$(date +%F).csv
  portolan findings --format pdf -o findings.pdf
  portolan findings --format slack |
    curl -sS --json @- "$SLACK_WEBHOOK"
  portolan findings --format cef | logger -n siem.example.com -T -P 514 -S 16KiB
  portolan findings --format mail --mail-to ops@example.com | sendmail -t
Formats: docs/guide/exports.md.

Exit codes: 0 none of those shown is open, 1 at least one is, 2 error.`;

/** `open` means every status that somebody has to answer. */
const STATUS_WORDS = ["open", ...FINDING_STATUSES];

export function addFindings(program: Command, context: Context): void {
  const findings = program.command("findings");
  asks(
    findings
      .summary("confirmed deviations from the port baseline")
      .description("Lists deviations that a second probe confirmed, by default the open ones.")
      .option("--status <status,...>", `only with these statuses: ${STATUS_WORDS.join(", ")}`)
      .addOption(new Option("--all", "with any status").conflicts("status")),
    OPERATIONS.findings.list,
  )
    .addOption(
      new Option("--format <format>", "a format for other programs and people")
        .choices([...EXPORT_FORMATS])
        .conflicts("json"),
    )
    .option("-o, --output <file>", "with --format: write this file; never replaces an existing one")
    .option("--mail-to <address>", "with --format mail: a recipient; repeat it for several", addAddress)
    .option("--mail-from <address>", "with --format mail: the sender (default: portolan@localhost)", oneAddress)
    .addHelpText("after", EXAMPLES)
    .action((options: FindingsOptions) => context.ends(answerFindings(context.surroundings, options)));

  asks(
    findings
      .command("show")
      .summary("one finding and its whole life")
      .description("Shows one finding: each of its episodes, what changed it, and the next step.")
      .argument("<number>", "its number, as portolan findings prints it"),
    OPERATIONS.findings.get,
  )
    .addHelpText("after", "\nExit codes: 0 it is not open, 1 it is, 2 error.")
    .action((number: string, _options: unknown, command: Command) =>
      context.ends(answerFinding(context.surroundings, number, command.optsWithGlobals())),
    );
}

async function answerFinding(
  surroundings: Surroundings,
  number: string,
  { json }: Pick<FindingsOptions, "json">,
): Promise<ExitCode> {
  const id = parseWhole(number.replace(/^#/, ""), "NUMBER", 1, 999_999_999_999);
  return withOperations(surroundings, "record", async (operations) => {
    const result = await operations.findings.get({ id });
    present(surroundings, json, result, (page) => showFinding(page, result));
    return isOpen(result.finding) ? 1 : 0;
  });
}

function oneAddress(text: string): string {
  if (mailAddress.safeParse(text).success) return text;
  throw new InvalidArgumentError("It is not an address like ops@example.com.");
}

function addAddress(text: string, before: readonly string[] = []): string[] {
  if (before.length === MOST_RECIPIENTS) {
    throw new InvalidArgumentError(`There are more than ${MOST_RECIPIENTS} recipients: use a mailing list.`);
  }
  return [...before, oneAddress(text)];
}

async function answerFindings(surroundings: Surroundings, options: FindingsOptions): Promise<ExitCode> {
  const status = wantedStatuses(options);
  const { format } = options;
  if (format !== undefined) return await exportFindings(surroundings, { ...options, format }, status);
  refuseWithoutFormat(options);
  return withOperations(surroundings, "record", async (operations) => {
    const result = await operations.findings.all({ status });
    const asked = options.all === true ? "recorded" : (options.status ?? "open");
    present(surroundings, options.json, result, (page) => showFindings(page, result, asked));
    return result.findings.some(isOpen) ? 1 : 0;
  });
}

async function exportFindings(
  surroundings: Surroundings,
  { format, output, mailFrom, mailTo }: FindingsOptions & { readonly format: ExportFormat },
  status: readonly FindingStatus[] | undefined,
): Promise<ExitCode> {
  if (format === "pdf" && output === undefined && surroundings.stdout.isTerminal) {
    throw new Fault("config-invalid", "A PDF is not text, and standard output is a terminal.", {
      place: "--format pdf",
      next: "Add -o findings.pdf, or redirect the output to a file or a program.",
    });
  }
  return withOperations(surroundings, "record", async (operations) => {
    const exported = await operations.findings.export({ format, status, mailFrom, mailTo });
    if (output !== undefined) {
      const stop = stoppable(surroundings, `The export was stopped: ${output} was not written.`);
      await writeExport(surroundings, output, stop.through(exported.content)).finally(() => stop.release());
    } else for await (const piece of exported.content) surroundings.stdout.writeBytes(piece);
    return exported.open > 0 ? 1 : 0;
  });
}

function refuseWithoutFormat({ output, mailFrom, mailTo }: FindingsOptions): void {
  const option =
    output === undefined ? (mailTo === undefined && mailFrom === undefined ? undefined : "--mail-to") : "-o";
  if (option === undefined) return;
  throw new Fault("config-invalid", `${option} requires --format.`, {
    place: option,
    next: `Add --format with one of ${EXPORT_FORMATS.join(", ")}; or use --json > FILE.`,
  });
}

function wantedStatuses(options: FindingsOptions): readonly FindingStatus[] | undefined {
  if (options.all === true) return undefined;
  if (options.status === undefined) return OPEN_STATUSES;
  return options.status.split(",").flatMap((text) => {
    if (text.trim() === "open") return OPEN_STATUSES;
    const status = FINDING_STATUSES.find((known) => known === text.trim());
    if (status !== undefined) return [status];
    throw new Fault("config-invalid", `--status: '${text.trim()}' is not a status of a finding.`, {
      place: "--status",
      next: `Give one or more of ${STATUS_WORDS.join(", ")}, separated by commas.`,
    });
  });
}
