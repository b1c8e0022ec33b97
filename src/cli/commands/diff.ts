import type { Command } from "commander";
import { parsePeriod, TIME_HELP } from "../arguments.ts";
import type { Context } from "../context.ts";
import { present } from "../present.ts";
import { withOperations } from "../session.ts";
import type { ExitCode, Surroundings } from "../surroundings.ts";
import { showDiff } from "../views/diff.ts";

interface DiffOptions {
  readonly vantage?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
${TIME_HELP}

Examples:
  portolan diff -1d now
  portolan diff 2026-03-01 2026-03-14T09:00:00Z --json

Exit codes: 0 nothing changed, 1 something changed, 2 error.
Only endpoints that were looked at in time at both are compared.`;

export function addDiff(program: Command, context: Context): void {
  program
    .command("diff")
    .summary("what changed between two instants")
    .description("Compares what was known at two instants.")
    .argument("<t1>", "the earlier instant")
    .argument("<t2>", "the later instant")
    .option("--vantage <name>", "as seen from this vantage point (default: the scope's own)")
    .option("--json", "print the result as one JSON document (generated/json/diff.schema.json)")
    .addHelpText("after", EXAMPLES)
    .action((t1: string, t2: string, options: DiffOptions) =>
      context.ends(answerDiff(context.surroundings, t1, t2, options)),
    );
}

async function answerDiff(surroundings: Surroundings, t1: string, t2: string, options: DiffOptions): Promise<ExitCode> {
  const period = parsePeriod({ text: t1, name: "T1" }, { text: t2, name: "T2" }, surroundings.clock.now());
  return withOperations(surroundings, "record", async (operations) => {
    const result = await operations.diff({ ...period, vantage: options.vantage });
    present(surroundings, options.json, result, (page) => showDiff(page, result));
    return result.changes.length + result.otherChanges.length > 0 ? 1 : 0;
  });
}
