import { Option, type Command } from "commander";
import { OPERATIONS, POPULATIONS, type Population } from "../../contract/index.ts";
import { parseWhole } from "../arguments.ts";
import { asks } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import { present } from "../present.ts";
import { withOperations } from "../session.ts";
import type { ExitCode, Surroundings } from "../surroundings.ts";
import { parsePeriod, readingOf, TIME_HELP } from "../time-argument.ts";
import { showSample } from "../views/sample.ts";

interface Options {
  readonly of: Population;
  readonly size: number;
  readonly seed: string;
  readonly from: string;
  readonly to: string;
  readonly vantage?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Populations: endpoints open at the end of the period, findings opened in it, approvals of the port baseline, target-days.
docs/guide/sampling.md says how to draw the same sample without Portolan.

${TIME_HELP}

Examples:
  portolan sample --of endpoints --seed "audit 2026-Q1" --to 2026-03-31T22:00:00Z
  portolan sample --of target-days --seed 4711 --size 40 --from 2026-01-01 --to 2026-04-01

Exit codes: 0 answered, 2 error.`;

export function addSample(program: Command, context: Context): void {
  asks(
    program
      .command("sample")
      .summary("draw a sample that anybody with the seed draws again")
      .description("Draws items of a population without replacement, by a seed that the auditor gives.")
      .addOption(new Option("--of <population>", "what to draw from").choices(POPULATIONS).makeOptionMandatory())
      .requiredOption("--seed <text>", "the auditor's own text; the same seed draws the same items")
      .option("--size <n>", "how many to draw", (text) => parseWhole(text, "--size", 1, 1_000), 25)
      .option("--from <time>", "start of the period", "-90d")
      .option("--to <time>", "end of the period", "now")
      .option("--vantage <name>", "as seen from this vantage point (default: the scope's own)"),
    OPERATIONS.sample.draw,
  )
    .addHelpText("after", EXAMPLES)
    .action((options: Options) => context.ends(answer(context.surroundings, options)));
}

async function answer(surroundings: Surroundings, options: Options): Promise<ExitCode> {
  const { of, size, seed, vantage } = options;
  const reading = readingOf(surroundings);
  const period = parsePeriod({ text: options.from, name: "--from" }, { text: options.to, name: "--to" }, reading);
  return withOperations(surroundings, "record", async (operations) => {
    const result = await operations.sample.draw({ of, size, seed, ...period, vantage });
    present(surroundings, options.json, result, (page) => showSample(page, result));
    return 0;
  });
}
