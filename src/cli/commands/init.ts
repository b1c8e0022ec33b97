import type { Command } from "commander";
import { Fault, parseDuration } from "../../model/index.ts";
import type { Context } from "../context.ts";
import { exists, writeDocument } from "../files.ts";
import { tell } from "../present.ts";
import { SCOPE_FILE, scopeDocument, THIS_MACHINE, type ScopeAnswers } from "../scope-document.ts";
import { toned } from "../screen/style.ts";
import type { ExitCode, Surroundings } from "../surroundings.ts";

interface InitOptions {
  readonly yes?: boolean;
  readonly name?: string;
  readonly target?: readonly string[];
  readonly cadence?: string;
}

const INSTEAD = `Edit it, or move it away and run portolan init again.`;
const DEFAULT_CADENCE = "1h";

const EXAMPLES = `
Examples:
  portolan init --yes                            this machine alone
  portolan init                                  with three questions
  portolan init --yes --name shop --target 10.77.0.0/24 --cadence 15m

An existing ${SCOPE_FILE} is never replaced. Exit codes: 0 written, 2 error.`;

export function addInit(program: Command, context: Context): void {
  program
    .command("init")
    .summary(`write a first ${SCOPE_FILE}`)
    .description(`Writes a commented ${SCOPE_FILE}: the systems to monitor, how often to sweep them, and exclusions.`)
    .option("-y, --yes", "do not ask: take the defaults for everything not given (this machine alone, every hour)")
    .option("--name <name>", "name of the system boundary (default: the host's name)")
    .option("--target <address...>", "address, CIDR, range or hostname (default: this-machine)")
    .option("--cadence <time>", `interval of full sweeps: 15m, 1h, 1d (default: ${DEFAULT_CADENCE})`)
    .addHelpText("after", EXAMPLES)
    .action((options: InitOptions) => context.ends(init(context.surroundings, options)));
}

async function init(surroundings: Surroundings, options: InitOptions): Promise<ExitCode> {
  if (await exists(surroundings, SCOPE_FILE)) {
    throw new Fault("conflict", `${SCOPE_FILE} already exists; it was not changed.`, {
      place: SCOPE_FILE,
      next: INSTEAD,
    });
  }
  const answers = options.yes === true ? given(surroundings, options) : await asked(surroundings, options);
  const warning = await writeScope(surroundings, answers);
  tell(surroundings, (page) => {
    page.say`Wrote ${SCOPE_FILE}: ${answers.targets.join(", ")}, a full sweep every ${answers.cadence}.`;
    if (warning !== undefined) page.say`${toned("warn", warning)}`;
    page.say`Next: portolan start monitors it continuously; portolan sweep runs one sweep.`;
  });
  return 0;
}

/** Writes the document after the scope reader accepted it. Returns a warning if its sweeps cannot fit their cadences. */
export async function writeScope(surroundings: Surroundings, answers: ScopeAnswers): Promise<string | undefined> {
  const { document, warning } = await checkAnswers(surroundings, answers);
  await writeDocument(surroundings, SCOPE_FILE, document, { replace: false, instead: INSTEAD });
  return warning;
}

/** Throws a fault about the answer that is wrong: the document with it exists nowhere, so a place in it helps nobody. */
async function checkAnswers(surroundings: Surroundings, answers: ScopeAnswers) {
  if (parseDuration(answers.cadence) === undefined) {
    throw new Fault("config-invalid", `'${answers.cadence}' is not a valid duration.`, {
      place: "--cadence",
      next: "Give a duration such as 15m, 1h or 1d.",
    });
  }
  const document = scopeDocument(answers);
  const { checkScopeDocument } = await surroundings.app();
  try {
    return { document, warning: await checkScopeDocument(document, SCOPE_FILE) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault(error.code, error.message.replaceAll(PLACE, ""), {
      place: optionOf(error.message),
      next: "Nothing was written. Correct it, and run the command again.",
      cause: error,
    });
  }
}

/** `portolan.yaml:26:17: targets[0].addresses[0]: `, at the beginning of each line of a document's faults. */
const PLACE = /^portolan\.yaml:\d+:\d+: (?:[^\s:]+: )?/gm;

function optionOf(message: string): string {
  if (message.includes(": targets")) return "--target";
  return message.includes(": systemTypes") ? "--cadence" : "--name";
}

export function given(surroundings: Pick<Surroundings, "hostname">, options: InitOptions): ScopeAnswers {
  return {
    name: options.name ?? surroundings.hostname,
    targets: options.target ?? [THIS_MACHINE],
    cadence: options.cadence ?? DEFAULT_CADENCE,
  };
}

async function asked(surroundings: Surroundings, options: InitOptions): Promise<ScopeAnswers> {
  const { ask } = surroundings;
  if (ask === undefined) {
    throw new Fault("config-invalid", "portolan init asks questions, and there is no terminal to answer them.", {
      next: "Add --yes to take the defaults: portolan init --yes",
    });
  }
  const defaults = given(surroundings, options);
  let answers = defaults;
  /** Asks until the document with this answer is valid: what was answered before is kept. */
  const answer = async (question: string, preset: string, take: (text: string) => ScopeAnswers): Promise<void> => {
    for (;;) {
      const text = (await ask(`${question} [${preset}]: `)).trim();
      const taken = take(text === "" ? preset : text);
      const problem = await problemOf(surroundings, taken);
      if (problem === undefined) return void (answers = taken);
      tell(surroundings, (page) => page.say`${toned("warn", problem.message)}`);
    }
  };
  await answer("Name of the system boundary", defaults.name, (name) => ({ ...answers, name }));
  await answer(
    "Targets (addresses, CIDRs, ranges, hostnames; separated by commas)",
    defaults.targets.join(","),
    (text) => ({ ...answers, targets: listed(text) }),
  );
  await answer("Interval of full sweeps", defaults.cadence, (cadence) => ({ ...answers, cadence }));
  return answers;
}

async function problemOf(surroundings: Surroundings, answers: ScopeAnswers): Promise<Fault | undefined> {
  try {
    await checkAnswers(surroundings, answers);
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

function listed(text: string): string[] {
  return text
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
}
