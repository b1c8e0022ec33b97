import type { Command } from "commander";
import { OPERATIONS } from "../../contract/index.ts";
import { Fault } from "../../model/index.ts";
import { parsePeriod, parseTime, readingOf, TIME_HELP } from "../time-argument.ts";
import { asks } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import { present } from "../present.ts";
import { withOperations } from "../session.ts";
import type { ExitCode, Surroundings } from "../surroundings.ts";
import { showAt, showDiff } from "../views/history.ts";

interface AtOptions {
  readonly asset?: string;
  readonly vantage?: string;
  readonly asKnown?: string;
  readonly json?: boolean;
}

const AT_EXAMPLES = `
${TIME_HELP}

Examples:
  portolan at now
  portolan at 2026-03-14T09:00:00Z --asset web-1
  portolan at -2h --json
  portolan at 2026-03-14 --as-known then

Exit codes: 0 answered (also when the answer is unknown), 2 error.`;

export function addAt(program: Command, context: Context): void {
  asks(
    program
      .command("at")
      .summary("what was open at an instant")
      .description(
        "Shows what was open at an instant, from the observations recorded by then; unknown where nobody had looked in time.",
      )
      .argument("<time>", "the instant")
      .option("--asset <name>", "only this asset")
      .option("--vantage <name>", "as seen from this vantage point (default: the scope's own)")
      .option(
        "--as-known <when>",
        "then: only what had been recorded by the instant; now: all that the record has",
        "now",
      ),
    OPERATIONS.history.at,
  )
    .addHelpText("after", AT_EXAMPLES)
    .action((time: string, options: AtOptions) => context.ends(answerAt(context.surroundings, time, options)));
}

async function answerAt(surroundings: Surroundings, time: string, options: AtOptions): Promise<ExitCode> {
  const at = parseTime(time, "TIME", readingOf(surroundings));
  const known = parseKnown(options.asKnown);
  return withOperations(surroundings, "record", async (operations) => {
    const result = await operations.history.at({ at, asset: options.asset, vantage: options.vantage, ...known });
    present(surroundings, options.json, result, (page) => showAt(page, result));
    return 0;
  });
}

/** Absent from the request: now. */
function parseKnown(text = "now"): { readonly known?: "then" } {
  if (text === "now") return {};
  if (text === "then") return { known: "then" };
  throw new Fault("config-invalid", `--as-known: '${text}' is neither then nor now.`, {
    place: "--as-known",
    next: "Give --as-known then or --as-known now.",
  });
}

interface DiffOptions {
  readonly vantage?: string;
  readonly asKnown?: string;
  readonly json?: boolean;
}

const DIFF_EXAMPLES = `
${TIME_HELP}

Examples:
  portolan diff -1d now
  portolan diff 2026-03-01 2026-03-14T09:00:00Z --json

Exit codes: 0 nothing changed, 1 something changed, 2 error.
Compares only endpoints whose state was known at both instants.`;

export function addDiff(program: Command, context: Context): void {
  asks(
    program
      .command("diff")
      .summary("what changed between two instants")
      .description("Compares the recorded states at two instants.")
      .argument("<t1>", "the earlier instant")
      .argument("<t2>", "the later instant")
      .option("--vantage <name>", "as seen from this vantage point (default: the scope's own)")
      .option(
        "--as-known <when>",
        "then: only what had been recorded by the instant; now: all that the record has",
        "now",
      ),
    OPERATIONS.history.diff,
  )
    .addHelpText("after", DIFF_EXAMPLES)
    .action((t1: string, t2: string, options: DiffOptions) =>
      context.ends(answerDiff(context.surroundings, t1, t2, options)),
    );
}

async function answerDiff(surroundings: Surroundings, t1: string, t2: string, options: DiffOptions): Promise<ExitCode> {
  const period = parsePeriod({ text: t1, name: "T1" }, { text: t2, name: "T2" }, readingOf(surroundings));
  const known = parseKnown(options.asKnown);
  return withOperations(surroundings, "record", async (operations) => {
    const result = await operations.history.diff({ ...period, vantage: options.vantage, ...known });
    present(surroundings, options.json, result, (page) => showDiff(page, result));
    return result.changes.length + result.otherChanges.length > 0 ? 1 : 0;
  });
}
