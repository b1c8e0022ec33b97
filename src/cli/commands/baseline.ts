import { createHash } from "node:crypto";
import type { Command } from "commander";
import { OPERATIONS, type Operations, type ReviewResult } from "../../contract/index.ts";
import { counted, Fault } from "../../model/index.ts";
import { parseTime, readingOf, TIME_HELP } from "../time-argument.ts";
import { asks, takes } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import { exists, readDocument, writeDocument } from "../files.ts";
import { currentSession } from "../person.ts";
import { present, tell } from "../present.ts";
import { plain, plainLines } from "../screen/text.ts";
import { withOperations } from "../session.ts";
import type { ExitCode, Surroundings } from "../surroundings.ts";
import { showWaiting } from "../waiting.ts";
import { showApproval, showAssetPorts, showBaseline, showBaselineHistory } from "../views/baseline.ts";
import { showProposals, showReview, showSubmission, showWarnings } from "../views/proposals.ts";

export const PROPOSAL_FILE = "port-baseline.proposed.yaml";

interface OutputOptions {
  readonly output?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

interface ShowOptions {
  readonly at?: string;
  readonly asset?: string;
  readonly json?: boolean;
}

interface ApproveOptions {
  readonly by?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  portolan baseline propose                the ports open now, to justify
  portolan baseline submit ${PROPOSAL_FILE}
  portolan baseline approve 5e5e5e5e5e5e   the hash that submit printed
  portolan baseline show --at -30d --asset web-1
  portolan baseline export -o port-baseline.yaml

Exit codes: 0 done, 2 error.`;

export function addBaseline(program: Command, context: Context): void {
  const { surroundings } = context;
  const baseline = program
    .command("baseline")
    .summary("the authorized ports: propose, approve, show, history")
    .description("The port baseline: which ports are authorized, who owns them and why.")
    .addHelpText("after", EXAMPLES);

  asks(
    baseline
      .command("show")
      .summary("the port baseline in force, now or at a past time")
      .description(
        "Shows the port baseline in force, who proposed it, and who approved it when. With --asset, the ports that are authorized for one asset, each with the approval that brought it.",
      )
      .option("--at <time>", "in force at that time (default: now)")
      .option("--asset <name>", "only the ports of this asset"),
    OPERATIONS.baseline.get,
    { note: "; with --asset, generated/json/baseline-asset.schema.json" },
  )
    .addHelpText("after", `\n${TIME_HELP}`)
    .action((options: ShowOptions) => context.ends(show(surroundings, options)));

  asks(
    baseline
      .command("history")
      .summary("every port baseline that was approved")
      .description(
        "Lists every version, latest first: who proposed it, who approved it when, and how much it changed.",
      ),
    OPERATIONS.baseline.history,
  ).action((options: OutputOptions) => context.ends(history(surroundings, options)));

  asks(
    baseline
      .command("propose")
      .summary("write the ports open now as a proposal")
      .description(
        `Writes the ports that are open now, and those already authorized, as YAML. Fill in every owner and justification (or delete the port), then submit it.`,
      )
      .option("-o, --output <file>", `the file to write; - for stdout (default: ${PROPOSAL_FILE})`)
      .option("--force", "replace an existing file"),
    OPERATIONS.baseline.propose,
    { note: "; writes a file only with -o" },
  ).action((options: OutputOptions) => context.ends(propose(surroundings, options)));

  asks(
    baseline
      .command("submit")
      .summary("propose a completed file, for somebody else to approve")
      .description(
        "Records a completed port baseline with its proposer, and prints the hash by which another person approves it.",
      )
      .argument("<file>", "the YAML file"),
    OPERATIONS.baseline.submit,
  )
    .addHelpText("after", `\nExample:\n  portolan baseline submit ${PROPOSAL_FILE}`)
    .action((file: string, options: OutputOptions) => context.ends(submit(surroundings, file, options)));

  asks(
    baseline
      .command("proposals")
      .summary("what was proposed by whom, and its approval")
      .description("Lists the latest hundred proposals."),
    OPERATIONS.baseline.proposals,
  ).action((options: OutputOptions) => context.ends(proposals(surroundings, options)));

  asks(
    baseline
      .command("approve")
      .alias("import")
      .summary("put a proposal into force")
      .description(
        "Approves a proposal, named by its hash or by the file that was submitted. It is in force from now on. Nobody approves a proposal of their own. As long as there are no users, the operator can approve a file under a typed name, which is shown as typed.",
      )
      .argument("<proposal>", "its hash (12 digits are enough), or the YAML file")
      .option("--by <name>", "name of the approver; only for the operator, as long as there are no users")
      .option("--dry-run", "show what the approval would change, and approve nothing"),
    OPERATIONS.baseline.approve,
    { note: "; with --dry-run, generated/json/baseline-review.schema.json" },
  )
    .addHelpText(
      "after",
      `\nExamples:\n  portolan baseline approve 5e5e5e5e5e5e\n  portolan baseline approve ${PROPOSAL_FILE} --dry-run\n  portolan baseline approve ${PROPOSAL_FILE} --by "Jane Doe"`,
    )
    .action((named: string, options: ApproveOptions) => context.ends(approve(surroundings, named, options)));

  takes(baseline.command("export"), OPERATIONS.baseline.get)
    .summary("the approved YAML, byte for byte")
    .description("Prints the YAML of the port baseline in force, or writes it to a file.")
    .option("-o, --output <file>", "the file to write (default: stdout)")
    .option("--force", "replace an existing file")
    .action((options: OutputOptions) => context.ends(exportYaml(surroundings, options)));
}

async function show(surroundings: Surroundings, { at: text, asset, json }: ShowOptions): Promise<ExitCode> {
  const at = text === undefined ? undefined : parseTime(text, "--at", readingOf(surroundings));
  return withOperations(surroundings, "record", async (operations) => {
    if (asset === undefined) {
      const result = await operations.baseline.get({ at });
      present(surroundings, json, result, (page) => showBaseline(page, result));
    } else {
      const result = await operations.baseline.ofAsset({ asset, at });
      present(surroundings, json, result, (page) => showAssetPorts(page, result));
    }
    return 0;
  });
}

async function history(surroundings: Surroundings, { json }: OutputOptions): Promise<ExitCode> {
  return withOperations(surroundings, "record", async (operations) => {
    const result = await operations.baseline.history();
    present(surroundings, json, result, (page) => showBaselineHistory(page, result));
    return 0;
  });
}

async function submit(surroundings: Surroundings, file: string, { json }: OutputOptions): Promise<ExitCode> {
  const document = await readDocument(surroundings, file);
  return withOperations(surroundings, "scope", async (operations) => {
    const checking = operations.baseline.submit({ document, file });
    const result = await waitFor(surroundings, json, `Checking ${file}`, checking);
    present(surroundings, json, result, (page) => showSubmission(page, result));
    return 0;
  });
}

async function proposals(surroundings: Surroundings, { json }: OutputOptions): Promise<ExitCode> {
  return withOperations(surroundings, "record", async (operations) => {
    const result = await operations.baseline.proposals();
    present(surroundings, json, result, (page) => showProposals(page, result));
    return 0;
  });
}

async function propose(surroundings: Surroundings, options: OutputOptions): Promise<ExitCode> {
  return withOperations(surroundings, "scope", async (operations) => {
    const drafting = operations.baseline.propose();
    const result = await waitFor(surroundings, options.json, "Drafting a port baseline", drafting);
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
        page.say`or, once there are users, portolan baseline submit ${file}: another person approves it.`;
      });
    }
    if (options.json === true) present(surroundings, true, result, () => undefined);
    return 0;
  });
}

async function approve(
  surroundings: Surroundings,
  named: string,
  { by, dryRun, json }: ApproveOptions,
): Promise<ExitCode> {
  await refuseTypedName(surroundings, by);
  const isHash = /^[0-9a-f]{12,64}$/.test(named) && !(await exists(surroundings, named));
  const document = isHash ? undefined : await readDocument(surroundings, named);
  return withOperations(surroundings, "scope", async (operations) => {
    const checking = reviewOf(operations, document === undefined ? { hash: named } : { document, file: named });
    const review = await waitFor(surroundings, json, `Checking ${named}`, checking);
    if (dryRun === true) {
      present(surroundings, json, review, (page) => showReview(page, review));
      return 0;
    }
    if (json !== true && !(await goesOnDespite(surroundings, review.warnings))) return 2;
    const what = document === undefined ? { proposal: review.proposal?.proposal } : { document, file: named };
    const approving = operations.baseline.approve({ ...what, approvedBy: by, onVersion: review.onVersion });
    const result = await waitFor(surroundings, json, `Approving ${named}`, approving);
    present(surroundings, json, result, (page) => showApproval(page, result));
    return 0;
  });
}

function waitFor<T>(surroundings: Surroundings, json: boolean | undefined, what: string, work: Promise<T>): Promise<T> {
  return json === true ? work : showWaiting(surroundings, plain(what), work);
}

/** A person approves under their own name. */
async function refuseTypedName(surroundings: Surroundings, by: string | undefined): Promise<void> {
  const person = by === undefined ? undefined : await currentSession(surroundings);
  if (person === undefined) return;
  throw new Fault("config-invalid", `You are signed in as ${person.email}, and approve under that name.`, {
    place: "--by",
    next: "Leave out --by.",
  });
}

/** What the approval of a proposal would change; of a document, whether it was proposed or not. */
async function reviewOf(
  { baseline }: Operations,
  named: { readonly hash: string } | { readonly document: string; readonly file: string },
): Promise<ReviewResult> {
  if ("hash" in named) return await baseline.proposal({ proposal: await wholeHash(baseline, named.hash) });
  const proposal = createHash("sha256").update(named.document).digest("hex");
  try {
    return await baseline.proposal({ proposal });
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "not-found") throw error;
    return await baseline.check(named);
  }
}

/** The hash that begins with these digits. */
async function wholeHash(baseline: Operations["baseline"], digits: string): Promise<string> {
  if (digits.length === 64) return digits;
  const found = (await baseline.proposals()).proposals.filter(({ proposal }) => proposal.startsWith(digits));
  const [only] = [...new Set(found.map(({ proposal }) => proposal))];
  if (only !== undefined) return only;
  throw new Fault("not-found", `None of the latest proposals has a hash that begins with ${digits}.`, {
    place: digits,
    next: "List them: portolan baseline proposals. Give the whole hash of an older one.",
  });
}

/** Warnings are shown before the approval; a person at a terminal decides on them. */
async function goesOnDespite(surroundings: Surroundings, warnings: readonly string[]): Promise<boolean> {
  if (warnings.length === 0) return true;
  tell(surroundings, (page) => showWarnings(page, warnings));
  const answer = await surroundings.ask?.("Approve nevertheless? [y/N] ");
  return answer === undefined || /^y(es)?$/i.test(answer.trim());
}

async function exportYaml(surroundings: Surroundings, options: OutputOptions): Promise<ExitCode> {
  return withOperations(surroundings, "record", async (operations) => {
    const { document, version } = await operations.baseline.get({});
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
