import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { count, counted, Fault, formatInstant, parseInstant, type Instant } from "../../model/index.ts";
import type { Demo } from "../app-port.ts";
import type { Context } from "../context.ts";
import { createDemoProgress } from "../demo-progress.ts";
import { exists, writeDocument } from "../files.ts";
import { tell } from "../present.ts";
import { commandsAsRunHere } from "../program-name.ts";
import { SCOPE_FILE } from "../scope-document.ts";
import { stopRequest } from "../stop-request.ts";
import type { ExitCode, Surroundings } from "../surroundings.ts";
import { utcAndLocal } from "../screen/time.ts";
import { toned } from "../screen/style.ts";
import { start } from "./start.ts";

interface DemoOptions {
  readonly large?: boolean;
  readonly until?: string;
  readonly port?: string;
  readonly serve: boolean;
}

const FOLDER = "portolan-demo";

const EXAMPLES = `
Examples:
  portolan demo                     48 hosts and six weeks, in ./${FOLDER}
  portolan demo --large             1,000 hosts and a year, which takes many minutes
  portolan demo /tmp/look --no-serve

The record is synthetic: a simulated network answers, under a simulated clock. Everything else is Portolan itself. Every page,
export and bundle of it says so, and nothing is ever sent from it. Ctrl-C ends the record where it is.
Exit codes: 0 stopped, 2 error.`;

export function addDemo(program: Command, context: Context): void {
  program
    .command("demo")
    .summary("make a synthetic record in a folder of its own, and show it")
    .description(
      "Lets Portolan monitor a simulated company for some weeks: changes, a forgotten database, an undeclared server, an outage, people who decide. Then serves the record.",
    )
    .argument("[directory]", "a new folder for it, or that of a demo made before", FOLDER)
    .option("--large", "1,000 hosts and twelve months")
    .option("--until <time>", "the end of the story (default: now)")
    .option("--port <port>", "port of the console; 0 for any free port (default: 4600)")
    .option("--no-serve", "end once the record is made; portolan start in its folder shows it")
    .addHelpText("after", EXAMPLES)
    .action((directory: string, options: DemoOptions) => context.ends(demo(context.surroundings, directory, options)));
}

async function demo(surroundings: Surroundings, folder: string, options: DemoOptions): Promise<ExitCode> {
  const { clock } = surroundings;
  const end = options.until === undefined ? clock.now() : endIn(options.until, clock.now());
  const directory = resolve(surroundings.directory, folder);
  await mkdir(directory, { recursive: true });
  // Its own folder and its own database, whatever this installation uses.
  const env = { ...surroundings.env, PORTOLAN_HOME: undefined, DATABASE_URL: undefined };
  const own: Surroundings = { ...surroundings, directory, env };
  if (await exists(own, SCOPE_FILE)) {
    await refuseReal(own);
    tell(
      own,
      (page) =>
        page.say`There is a demo in ${directory} already. A link to sign in: portolan users link alan@example.com`,
    );
  } else if (!(await make(own, end, options.large === true ? "large" : "small"))) {
    return 0;
  }
  if (!options.serve) return 0;
  return await start(own, options.port === undefined ? {} : { port: options.port });
}

/** Returns false if somebody stopped it. */
async function make(own: Surroundings, end: Instant, size: "small" | "large"): Promise<boolean> {
  const { makeDemo } = await own.app();
  const stop = stopRequest(own);
  const stopping = new AbortController();
  void stop.wait.then(() => stopping.abort());
  const progress = createDemoProgress(own.stderr, own.clock);
  try {
    const made = await makeDemo({
      directory: own.directory,
      home: resolve(own.directory, ".portolan"),
      version: own.version,
      size,
      end,
      write: async (document) =>
        await writeDocument(own, SCOPE_FILE, document, {
          replace: true,
          instead: "Name an empty folder: portolan demo DIRECTORY.",
        }),
      onProgress: ({ share, at }) => progress.update(share, at),
      signal: stopping.signal,
    });
    progress.end();
    tellOfDemo(own, made);
    return made.complete;
  } finally {
    progress.end();
    stop.release();
  }
}

function tellOfDemo(own: Surroundings, { hosts, sweeps, until, complete, people, password }: Demo): void {
  const { directory, program } = own;
  tell(own, (page) => {
    page.say`${toned("warn", "Synthetic record")} in ${directory}: ${count(hosts)} hosts, ${counted(sweeps, "full sweep")}, until ${utcAndLocal(formatInstant(until), page.style)}.`;
    if (!complete) page.say`It was stopped before its end. The record is whole until then.`;
    page.say`Sign in with the password ${password} as:`;
    for (const { email, name, role } of people) page.say`  ${email.padEnd(24)} ${name}, ${role}`;
    if (!complete) page.verbatim(commandsAsRunHere(`To see it: cd ${directory} && portolan start`, program));
  });
}

function endIn(text: string, now: Instant): Instant {
  const end = parseInstant(text);
  if (end !== undefined && end <= now) return end;
  throw new Fault("config-invalid", `${JSON.stringify(text)} is not an instant of the past.`, {
    place: "--until",
    next: "Give a time like 2026-03-14T09:00:00Z.",
  });
}

async function refuseReal(own: Surroundings): Promise<void> {
  const { isSyntheticHome } = await own.app();
  if (await isSyntheticHome(resolve(own.directory, ".portolan"))) return;
  throw new Fault("conflict", "There is a scope here already, and a demo has a folder of its own.", {
    place: own.directory,
    next: "Name an empty folder: portolan demo DIRECTORY.",
  });
}
