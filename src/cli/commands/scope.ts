import type { Command } from "commander";
import { OPERATIONS, type ScopeResult } from "../../contract/index.ts";
import { Fault } from "../../model/index.ts";
import { parseWhole } from "../arguments.ts";
import { asks } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import { readDocument, writeDocument } from "../files.ts";
import { present } from "../present.ts";
import { plainLines } from "../screen/text.ts";
import { withOperations } from "../session.ts";
import type { Surroundings } from "../surroundings.ts";
import { parseTime, readingOf, TIME_HELP } from "../time-argument.ts";
import { showScopeCheck, showScopeSet } from "../views/scope.ts";

const EXAMPLES = `
Examples:
  portolan scope show > portolan.yaml
  portolan scope show --at -30d
  portolan scope show --version 3 -o scope-3.yaml

Exit codes: 0 shown, 2 error.

${TIME_HELP}`;

interface Options {
  readonly version?: string;
  readonly at?: string;
  readonly output?: string;
  readonly json?: boolean;
}

const CHECK_EXAMPLES = `
Examples:
  portolan scope check draft.yaml
  portolan scope check --json

Exit codes: 0 it can be put in force, 2 it has problems or the guard refuses part
of it.`;

const SET_EXAMPLES = `
Examples:
  portolan scope set draft.yaml

On the machine of portolan.yaml, editing the file does the same.
Exit codes: 0 in force, 2 error.`;

export function addScope(program: Command, context: Context): void {
  const { surroundings } = context;
  const scope = program
    .command("scope")
    .summary("the scope: what was in force, what a change would cover")
    .description("The scope: every version of portolan.yaml that was in force is in the record.");

  asks(
    scope
      .command("show")
      .summary("print a recorded scope as portolan.yaml")
      .description("Prints a recorded scope byte for byte; Portolan reads it back as portolan.yaml.")
      .option("--version <number>", "this version (default: the latest)")
      .option("--at <time>", "the one in force at that time")
      .option("-o, --output <file>", "write it to a file; an existing one is never replaced"),
    OPERATIONS.scope.get,
  )
    .addHelpText("after", EXAMPLES)
    .action((options: Options) =>
      context.ends(
        withOperations(surroundings, "record", async (operations) => {
          const result = await requested(surroundings, options, operations.scope);
          if (options.json === true) present(surroundings, true, result, () => undefined);
          else if (options.output === undefined) writeYaml(surroundings, result.document);
          else {
            const instead = "Choose another name with -o.";
            await writeDocument(surroundings, options.output, result.document, { replace: false, instead });
          }
          sayListFiles(surroundings, result);
          return 0;
        }),
      ),
    );

  asks(
    scope
      .command("check")
      .summary("what a scope covers, what it takes, and what is wrong with it")
      .description("Checks a scope without putting it in force. Names are not looked up, and nothing is sent.")
      .argument("[file]", "the scope, as YAML (default: portolan.yaml as it is now)"),
    OPERATIONS.scope.check,
  )
    .addHelpText("after", CHECK_EXAMPLES)
    .action((file: string | undefined, options: { json?: boolean }) =>
      context.ends(
        withOperations(surroundings, "record", async (operations) => {
          const given = file === undefined ? {} : { document: await readDocument(surroundings, file) };
          const result = await operations.scope.check(given);
          present(surroundings, options.json, result, (page) => showScopeCheck(page, result, file ?? "portolan.yaml"));
          return result.problems.length > 0 || result.refused.length > 0 ? 2 : 0;
        }),
      ),
    );

  asks(
    scope
      .command("set")
      .summary("replace portolan.yaml and put its scope in force")
      .description("Replaces portolan.yaml of this installation, or of the server that you are signed in at.")
      .argument("<file>", "the scope, as YAML"),
    OPERATIONS.scope.set,
  )
    .addHelpText("after", SET_EXAMPLES)
    .action((file: string, options: { json?: boolean }) =>
      context.ends(
        withOperations(surroundings, "record", async (operations) => {
          const document = await readDocument(surroundings, file);
          const { replaces } = await operations.scope.check({ document });
          const request = { document, replaces, requestedBy: surroundings.user };
          const result = await operations.scope.set(request);
          present(surroundings, options.json, result, (page) => showScopeSet(page, result));
          return 0;
        }),
      ),
    );
}

/** Byte for byte into a pipe; escaped for a terminal. */
function writeYaml({ stdout }: Surroundings, document: string): void {
  stdout.write(stdout.isTerminal ? plainLines(document) : document);
}

async function requested(
  surroundings: Surroundings,
  { version, at }: Options,
  scope: {
    get(request: { at?: number }): Promise<ScopeResult>;
    version(request: { version: number }): Promise<ScopeResult>;
  },
): Promise<ScopeResult> {
  if (version !== undefined && at !== undefined) {
    throw new Fault("config-invalid", "--version and --at each name a scope.", {
      place: "--at",
      next: "Give one of the two.",
    });
  }
  if (version !== undefined)
    return await scope.version({ version: parseWhole(version, "--version", 1, 2_147_483_647) });
  return await scope.get(at === undefined ? {} : { at: parseTime(at, "--at", readingOf(surroundings)) });
}

/** Addresses in list files are part of the recorded scope, and the files themselves are not. */
function sayListFiles({ stderr }: Surroundings, { listFiles = [] }: ScopeResult): void {
  if (listFiles.length === 0) return;
  stderr.write(`This scope reads addresses from ${listFiles.join(", ")}: the record does not contain these files.\n`);
}
