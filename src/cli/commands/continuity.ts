import type { Command } from "commander";
import { OPERATIONS } from "../../contract/index.ts";
import { asks } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import { present } from "../present.ts";
import { withOperations } from "../session.ts";
import type { ExitCode, Surroundings } from "../surroundings.ts";
import { parsePeriod, readingOf, TIME_HELP } from "../time-argument.ts";
import { showContinuity } from "../views/continuity.ts";

interface Options {
  readonly from: string;
  readonly to: string;
  readonly zone?: string;
  readonly vantage?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Each target has one disposition for each day: scanned, partial, untrusted,
unreachable, excluded or gap. docs/guide/continuity.md explains them.

${TIME_HELP}

Examples:
  portolan continuity --from 2026-01-01 --to 2027-01-01
  portolan continuity --from -30d --zone Europe/Berlin --json

Exit codes: 0 answered (also when there are gaps), 2 error.`;

export function addContinuity(program: Command, context: Context): void {
  asks(
    program
      .command("continuity")
      .summary("one disposition for each target and day")
      .description(
        "Shows for every target that was in scope, and every day of a period, whether it was scanned: each is counted once, so that the totals reconcile.",
      )
      .requiredOption("--from <time>", "start of the period")
      .option("--to <time>", "end of the period", "now")
      .option("--zone <name>", "whose days they are (default: the local time zone)")
      .option("--vantage <name>", "as seen from this vantage point (default: the scope's own)"),
    OPERATIONS.continuity.show,
  )
    .addHelpText("after", EXAMPLES)
    .action((options: Options) => context.ends(answer(context.surroundings, options)));
}

async function answer(surroundings: Surroundings, options: Options): Promise<ExitCode> {
  const { from, to, zone, vantage } = options;
  const reading = readingOf(surroundings);
  const period = parsePeriod({ text: from, name: "--from" }, { text: to, name: "--to" }, reading);
  return withOperations(surroundings, "record", async (operations) => {
    const timeZone = zone ?? reading.timeZone;
    const result = await operations.continuity.show({ ...period, timeZone, vantage });
    present(surroundings, options.json, result, (page) => showContinuity(page, result));
    return 0;
  });
}
