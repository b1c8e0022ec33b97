import { Option, type Command } from "commander";
import { OPERATIONS } from "../../contract/index.ts";
import { Fault, GAP_CAUSES, type GapCause } from "../../model/index.ts";
import { asks } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import { currentSession } from "../person.ts";
import { present } from "../present.ts";
import { withOperations } from "../session.ts";
import type { ExitCode, Surroundings } from "../surroundings.ts";
import { parsePeriod, readingOf, TIME_HELP } from "../time-argument.ts";
import { showExplained, showGap, showGaps, showSignedOff } from "../views/gaps.ts";

interface ListOptions {
  readonly from?: string;
  readonly to: string;
  readonly asset?: string;
  readonly vantage?: string;
  readonly json?: boolean;
}

interface ExplainOptions {
  readonly cause: GapCause;
  readonly text: string;
  readonly reference?: readonly string[];
  readonly everything?: boolean;
  readonly json?: boolean;
}

interface SignOffOptions {
  readonly explanation?: string;
  readonly by?: string;
  readonly json?: boolean;
}

const LIST_EXAMPLES = `
${TIME_HELP}

Examples:
  portolan gaps --from -7d
  portolan gaps --from 2026-03-01 --to 2026-04-01 --asset web-1 --json
  portolan gaps show inside/web-1@2026-03-14T02:00:00.000Z
  portolan gaps explain GAP --cause maintenance --text "Host upgrade"
  portolan gaps sign-off GAP

Exit codes: 0 answered (also when there are gaps), 2 error.`;

const EXPLAIN_EXAMPLES = `
Examples (GAP is the name that portolan gaps --from -7d prints):
  portolan gaps explain GAP --cause maintenance --text "Host upgrade" --reference CHG-2041
  portolan gaps explain GAP --cause power --text "Power cut" --everything

Exit codes: 0 recorded, 2 error (nothing was recorded).`;

export function addGaps(program: Command, context: Context): void {
  const { surroundings } = context;
  const gaps = asks(
    program
      .command("gaps")
      .summary("where nobody looked, and why")
      .description(
        "Shows how much of a period each asset was probed as often as its system type requires, and lists the gaps, with what people stated about them.",
      )
      .option("--from <time>", "start of the period (required)")
      .option("--to <time>", "end of the period", "now")
      .option("--asset <name>", "only this asset")
      .option("--vantage <name>", "as seen from this vantage point (default: the scope's own)"),
    OPERATIONS.history.gaps,
  )
    .addHelpText("after", LIST_EXAMPLES)
    .action((options: ListOptions) => context.ends(list(surroundings, options)));

  asks(
    gaps
      .command("show")
      .summary("one gap: what other sources covered, who explained it")
      .description(
        "Shows one gap with its cause, what other sources covered of it (other vantage points, imports, host sensors, lists of other systems), and its explanations.",
      )
      .argument("<gap>", "its name"),
    OPERATIONS.gaps.show,
  ).action((gap: string, _options: unknown, command: Command) =>
    context.ends(showOne(surroundings, gap, command.optsWithGlobals<{ json?: boolean }>())),
  );

  asks(
    gaps
      .command("explain")
      .summary("state why nobody looked")
      .description(
        "Records why nobody looked, for exactly the time that the gap has now. If it grows, the rest is unexplained. Another person accepts it with portolan gaps sign-off.",
      )
      .argument("<gap>", "its name")
      .addOption(new Option("--cause <cause>", "the kind of cause").choices(GAP_CAUSES).makeOptionMandatory())
      .requiredOption("--text <text>", "why, in words")
      .option("--reference <text...>", "a ticket, a page or a file; may be given several times")
      .option("--everything", "every gap seen from the same vantage point, cut to this one"),
    OPERATIONS.gaps.explain,
  )
    .addHelpText("after", EXPLAIN_EXAMPLES)
    .action((gap: string, _options: unknown, command: Command) =>
      context.ends(explain(surroundings, gap, command.optsWithGlobals<ExplainOptions>())),
    );

  asks(
    gaps
      .command("sign-off")
      .summary("accept the explanation of a gap")
      .description(
        "Accepts what another person stated about a gap, for the times that they named and no others. Nobody signs off what they stated themselves. As long as there are no users, the operator can do it under a typed name, which is shown as typed.",
      )
      .argument("<gap>", "its name")
      .option("--explanation <number>", "which one, if several wait")
      .option("--by <name>", "name of the person; only for the operator, as long as there are no users"),
    OPERATIONS.gaps.signOff,
  ).action((gap: string, _options: unknown, command: Command) =>
    context.ends(signOff(surroundings, gap, command.optsWithGlobals<SignOffOptions>())),
  );
}

async function list(surroundings: Surroundings, options: ListOptions): Promise<ExitCode> {
  const { from, to, asset, vantage } = options;
  if (from === undefined) {
    throw new Fault("config-invalid", "The start of the period is missing.", {
      place: "--from",
      next: "Give it: portolan gaps --from -7d.",
    });
  }
  const period = parsePeriod({ text: from, name: "--from" }, { text: to, name: "--to" }, readingOf(surroundings));
  return withOperations(surroundings, "record", async (operations) => {
    const result = await operations.history.gaps({ ...period, asset, vantage });
    present(surroundings, options.json, result, (page) => showGaps(page, result));
    return 0;
  });
}

async function showOne(surroundings: Surroundings, gap: string, { json }: { json?: boolean }): Promise<ExitCode> {
  return withOperations(surroundings, "record", async (operations) => {
    const result = await operations.gaps.show({ gap });
    present(surroundings, json, result, (page) => showGap(page, result));
    return 0;
  });
}

async function explain(surroundings: Surroundings, gap: string, options: ExplainOptions): Promise<ExitCode> {
  const { cause, text, reference: references = [], everything = false, json } = options;
  return withOperations(surroundings, "record", async (operations) => {
    const result = await operations.gaps.explain({ gap, cause, text, references, everything });
    present(surroundings, json, result, (page) => showExplained(page, result));
    return 0;
  });
}

async function signOff(surroundings: Surroundings, gap: string, options: SignOffOptions): Promise<ExitCode> {
  const { by: signedOffBy, json } = options;
  const explanation = numberOf(options.explanation);
  await refuseTypedName(surroundings, signedOffBy);
  return withOperations(surroundings, "record", async (operations) => {
    const result = await operations.gaps.signOff({ gap, explanation, signedOffBy });
    present(surroundings, json, result, (page) => showSignedOff(page, result));
    return 0;
  });
}

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Fault("config-invalid", `'${text}' is not the number of an explanation.`, {
    place: "--explanation",
    next: "Give the number that portolan gaps show GAP prints.",
  });
}

/** A person signs off under their own name. */
async function refuseTypedName(surroundings: Surroundings, by: string | undefined): Promise<void> {
  const person = by === undefined ? undefined : await currentSession(surroundings);
  if (person === undefined) return;
  throw new Fault("config-invalid", `You are signed in as ${person.email}, and sign off under that name.`, {
    place: "--by",
    next: "Leave out --by.",
  });
}
