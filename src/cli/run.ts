import { Command, CommanderError } from "commander";
import { Fault } from "../model/index.ts";
import { protectTimes } from "./time-argument.ts";
import { sayPermissions } from "./command-permissions.ts";
import { COMMANDS } from "./commands/index.ts";
import type { Context } from "./context.ts";
import { reportFailure } from "./failure.ts";
import type { ExitCode, Surroundings } from "./surroundings.ts";

const OVERVIEW = `
Examples:
  portolan start             without a portolan.yaml: monitors only this machine
  portolan at now            shows what is open, in a second terminal
  portolan sweep --help      shows examples; every command has some

Exit codes: 0 as approved, 1 deviations, 2 error, 3 partial or untrusted sweep.
Environment:
  PORTOLAN_HOME  directory of the record and the keys (default: ./.portolan)
  DATABASE_URL   a PostgreSQL to use instead of the embedded database
  NO_COLOR       no colours, with any value
  portolan config show and docs/guide/configuration.md list the others`;

/** Runs one command line, without the two words before it, and returns its exit code. Never throws. */
export async function run(argv: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  let ended: ExitCode = 0;
  const context: Context = {
    surroundings,
    async ends(work) {
      ended = await work;
    },
  };
  const said: string[] = [];
  const program = createProgram(context, said);
  try {
    await program.parseAsync(protectTimes(argv), { from: "user" });
    return ended;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const json = argv.includes("--json");
    const failure = error instanceof CommanderError ? usageFault(error, said) : error;
    if (failure === undefined) surroundings.stderr.write(said.join(""));
    else await reportFailure(surroundings, failure, json);
    return 2;
  }
}

/** `said` collects the text that commander would print on stderr. */
export function createProgram(context: Context, said: string[]): Command {
  const { surroundings } = context;
  const program = new Command("portolan")
    .description("Continuous port monitoring that an auditor accepts as evidence.")
    .version(surroundings.version, "--version", "print the version")
    .helpOption("-h, --help", "show help")
    // `scope show --version 3` is about the scope.
    .enablePositionalOptions()
    .helpCommand("help [command]", "show help for a command")
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => surroundings.stdout.write(text),
      writeErr: (text) => said.push(text),
      outputError: (text) => said.push(text),
      getOutHelpWidth: () =>
        surroundings.stdout.isTerminal ? Math.min(100, Math.max(40, surroundings.stdout.columns)) : 80,
      getErrHelpWidth: () => 80,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText("after", OVERVIEW);
  for (const add of COMMANDS) add(program, context);
  sayPermissions(program);
  return program;
}

/** The error that commander found in the command line; undefined if it showed help because no command was given. */
function usageFault(error: CommanderError, said: readonly string[]): Fault | undefined {
  if (error.code === "commander.help") return undefined;
  const [message = error.message, ...suggestion] = error.message.replace(/^error: /, "").split("\n");
  const known =
    suggestion.join(" ").trim() ||
    said
      .join("")
      .split("\n")
      .find((line) => line.startsWith("(Did you mean"));
  return new Fault(
    "config-invalid",
    `${message}${known === undefined || known === "" || message.includes(known) ? "" : ` ${known}`}`,
    {
      next: "See portolan --help, or portolan COMMAND --help.",
    },
  );
}
