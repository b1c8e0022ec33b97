import type { Command } from "commander";
import { parsePeriod, TIME_HELP } from "../arguments.ts";
import type { Context } from "../context.ts";
import { present } from "../present.ts";
import { withOperations } from "../session.ts";
import type { ExitCode, Surroundings } from "../surroundings.ts";
import { showGaps } from "../views/gaps.ts";

interface GapsOptions {
  readonly from: string;
  readonly to: string;
  readonly asset?: string;
  readonly vantage?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
${TIME_HELP}

Examples:
  portolan gaps --from -7d
  portolan gaps --from 2026-03-01 --to 2026-04-01 --asset web-1 --json

Exit codes: 0 answered (also when there are gaps), 2 error.`;

export function addGaps(program: Command, context: Context): void {
  program
    .command("gaps")
    .summary("where nobody looked")
    .description(
      "Shows for each asset how much of a period it was looked at as often as its system type asks, and where not.",
    )
    .requiredOption("--from <time>", "begin of the period")
    .option("--to <time>", "end of the period", "now")
    .option("--asset <name>", "this asset alone")
    .option("--vantage <name>", "as seen from this vantage point (default: the scope's own)")
    .option("--json", "print the result as one JSON document (generated/json/gaps.schema.json)")
    .addHelpText("after", EXAMPLES)
    .action((options: GapsOptions) => context.ends(answerGaps(context.surroundings, options)));
}

async function answerGaps(surroundings: Surroundings, options: GapsOptions): Promise<ExitCode> {
  const { from, to, asset, vantage } = options;
  const period = parsePeriod({ text: from, name: "--from" }, { text: to, name: "--to" }, surroundings.clock.now());
  return withOperations(surroundings, "record", async (operations) => {
    const result = await operations.gaps({ ...period, asset, vantage });
    present(surroundings, options.json, result, (page) => showGaps(page, result));
    return 0;
  });
}
