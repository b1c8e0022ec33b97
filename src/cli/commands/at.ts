import type { Command } from "commander";
import { parseTime, TIME_HELP } from "../arguments.ts";
import type { Context } from "../context.ts";
import { present } from "../present.ts";
import { withOperations } from "../session.ts";
import type { ExitCode, Surroundings } from "../surroundings.ts";
import { showAt } from "../views/at.ts";

interface AtOptions {
  readonly asset?: string;
  readonly vantage?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
${TIME_HELP}

Examples:
  portolan at now
  portolan at 2026-03-14T09:00:00Z --asset web-1
  portolan at -2h --json

Exit codes: 0 answered (also when the answer is unknown), 2 error.`;

export function addAt(program: Command, context: Context): void {
  program
    .command("at")
    .summary("what was open at an instant")
    .description(
      "Says what was open at an instant, from what had been recorded by then; unknown where nobody had looked in time.",
    )
    .argument("<time>", "the instant")
    .option("--asset <name>", "this asset alone")
    .option("--vantage <name>", "as seen from this vantage point (default: the scope's own)")
    .option("--json", "print the result as one JSON document (generated/json/at.schema.json)")
    .addHelpText("after", EXAMPLES)
    .action((time: string, options: AtOptions) => context.ends(answerAt(context.surroundings, time, options)));
}

async function answerAt(surroundings: Surroundings, time: string, options: AtOptions): Promise<ExitCode> {
  const at = parseTime(time, "TIME", surroundings.clock.now());
  return withOperations(surroundings, "record", async (operations) => {
    const result = await operations.at({ at, asset: options.asset, vantage: options.vantage });
    present(surroundings, options.json, result, (page) => showAt(page, result));
    return 0;
  });
}
