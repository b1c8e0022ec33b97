import type { Command } from "commander";
import { OPERATIONS, type ScopeResult } from "../../contract/index.ts";
import { Fault } from "../../model/index.ts";
import { parseWhole } from "../arguments.ts";
import { asks } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import { writeDocument } from "../files.ts";
import { present } from "../present.ts";
import { plainLines } from "../screen/text.ts";
import { withOperations } from "../session.ts";
import type { Surroundings } from "../surroundings.ts";
import { parseTime, readingOf, TIME_HELP } from "../time-argument.ts";

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

export function addScope(program: Command, context: Context): void {
  const { surroundings } = context;
  const scope = program
    .command("scope")
    .summary("the recorded scope, as the YAML it was read from")
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
