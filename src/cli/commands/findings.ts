import { Option, type Command } from "commander";
import { FINDING_STATUSES, Fault, type FindingStatus } from "../../model/index.ts";
import type { Context } from "../context.ts";
import { present } from "../present.ts";
import { withOperations } from "../session.ts";
import type { ExitCode, Surroundings } from "../surroundings.ts";
import { isOpen, showFindings } from "../views/findings.ts";

interface FindingsOptions {
  readonly status?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  portolan findings                            what is open
  portolan findings --status new,regressed
  portolan findings --all --json

Exit codes: 0 none of those shown is open, 1 at least one is, 2 error.`;

export function addFindings(program: Command, context: Context): void {
  program
    .command("findings")
    .summary("confirmed deviations from the port baseline")
    .description("Lists deviations that a second probe confirmed; the open ones unless something else is asked for.")
    .option("--status <status,...>", `of these statuses: ${FINDING_STATUSES.join(", ")}`)
    .addOption(new Option("--all", "of every status").conflicts("status"))
    .option("--json", "print the result as one JSON document (docs/json/findings.schema.json)")
    .addHelpText("after", EXAMPLES)
    .action((options: FindingsOptions) => context.ends(answerFindings(context.surroundings, options)));
}

async function answerFindings(surroundings: Surroundings, options: FindingsOptions): Promise<ExitCode> {
  const status = wantedStatuses(options);
  return withOperations(surroundings, "record", async (operations) => {
    const result = await operations.findings({ status });
    const asked = options.all === true ? "recorded" : (options.status ?? "open");
    present(surroundings, options.json, result, (page) => showFindings(page, result, asked));
    return result.findings.some(isOpen) ? 1 : 0;
  });
}

function wantedStatuses(options: FindingsOptions): readonly FindingStatus[] | undefined {
  if (options.all === true) return undefined;
  if (options.status === undefined) return FINDING_STATUSES.filter((status) => status !== "resolved");
  return options.status.split(",").map((text) => {
    const status = FINDING_STATUSES.find((known) => known === text.trim());
    if (status !== undefined) return status;
    throw new Fault("config-invalid", `--status: '${text.trim()}' is no status of a finding.`, {
      place: "--status",
      next: `Give one or more of ${FINDING_STATUSES.join(", ")}, with commas between.`,
    });
  });
}
