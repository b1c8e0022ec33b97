import { Option, type Command } from "commander";
import {
  OPERATIONS,
  SWEEP_VERDICTS,
  type SweepHooks,
  type SweepRequest,
  type SweepResult,
  type Operations,
} from "../../contract/index.ts";
import { Fault, SWEEP_KINDS, type Instant } from "../../model/index.ts";
import { parseWhole } from "../arguments.ts";
import { parsePeriod, parseTime, readingOf, TIME_HELP, type Reading } from "../time-argument.ts";
import { asks } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import { present, tell } from "../present.ts";
import { createProgress } from "../progress.ts";
import { withOperations } from "../session.ts";
import type { ExitCode, Surroundings } from "../surroundings.ts";
import { toned } from "../screen/style.ts";
import { showSweep, showSweepRecord, showSweeps } from "../views/sweeps.ts";

interface SweepOptions {
  readonly ports?: string;
  readonly engine: SweepRequest["engine"];
  readonly rate?: string;
  readonly json?: boolean;
}

interface ListOptions {
  readonly from?: string;
  readonly to: string;
  readonly kind?: string;
  readonly verdict?: string;
  readonly vantage?: string;
  readonly limit: string;
  readonly json?: boolean;
}

const WEEK = 7 * 86_400_000;

const LIST_EXAMPLES = `
${TIME_HELP}

Examples:
  portolan sweeps                              the last 7 days
  portolan sweeps --from 2026-03-01 --to 2026-04-01 --kind full,requested
  portolan sweeps --verdict partial,untrusted --limit 500 --json
  portolan sweeps show 12

Exit codes: 0 answered (also when there are none), 2 error.`;

const SHOW_EXAMPLES = `
Examples:
  portolan sweeps show 12
  portolan sweeps show 12 --json > sweep-12.json

Exit codes: 0 answered, 2 error.`;

const EXAMPLES = `
Examples:
  portolan sweep                          everything in the scope
  portolan sweep web-1 10.77.0.0/28       an asset and a range of the scope
  portolan sweep dmz -p 22,80-90,443      some ports
  portolan sweep dmz -p 22,U:53,161       TCP 22, UDP 53 and 161
  portolan sweep dmz -p - --rate 500      all 65,535 TCP ports, gently

Exit codes: 0 as approved, 1 open findings on what it covered, 2 error,
3 partial or untrusted, with or without findings.
Ctrl-C once ends the sweep and records it as partial; twice exits at once.`;

export function addSweeps(program: Command, context: Context): void {
  addSweep(program, context);
  addRecorded(program, context);
}

function addSweep(program: Command, context: Context): void {
  asks(
    program
      .command("sweep")
      .summary("run a sweep now, of targets or of the whole scope")
      .description(
        "Runs a sweep now over targets inside the scope (or over all of it), records the results, and compares them with the port baseline.",
      )
      .argument("[target...]", "address, range, CIDR or hostname inside the scope, or the name of an asset or target")
      .option(
        "-p, --ports <ports>",
        "nmap port syntax: 22,80-90, U:53, - for all of TCP (default: the ports of the system type)",
      )
      .addOption(
        new Option("--engine <engine>", "how to probe")
          .choices(["auto", "syn", "connect", "connect-portable"])
          .default("auto"),
      )
      .option("--rate <probes>", "probes per second; never above the limit of the scope"),
    OPERATIONS.sweeps.run,
  )
    .addHelpText("after", EXAMPLES)
    .action((targets: string[], options: SweepOptions) =>
      context.ends(sweepNow(context.surroundings, targets, options)),
    );
}

async function sweepNow(
  surroundings: Surroundings,
  targets: readonly string[],
  options: SweepOptions,
): Promise<ExitCode> {
  const request: SweepRequest = {
    targets,
    ports: options.ports,
    engine: options.engine,
    rate: options.rate === undefined ? undefined : parseWhole(options.rate, "--rate", 1, 10_000_000),
    requestedBy: surroundings.user,
  };
  return withOperations(surroundings, "scope", async (operations) => {
    if (targets.length === 0 && options.ports === undefined) await tellOfUnfit(surroundings, operations);
    const result = await watchedSweep(surroundings, (hooks) => operations.sweeps.run(request, hooks));
    present(surroundings, options.json, result, (page) => showSweep(page, result));
    return sweepExitCode(result);
  });
}

/** Before a sweep of the whole scope, since it takes longer than its cadence allows. */
async function tellOfUnfit(surroundings: Surroundings, operations: Operations): Promise<void> {
  const { unfit } = await operations.status.get();
  if (unfit !== undefined) tell(surroundings, (page) => page.say`${toned("warn", unfit.notice)}`);
}

export function sweepExitCode(result: SweepResult): ExitCode {
  if (result.sweep.verdict !== "complete") return 3;
  return result.findings.length > 0 ? 1 : 0;
}

/** A sweep with its progress on stderr; the first stop signal ends it, the second exits at once. */
async function watchedSweep(
  surroundings: Surroundings,
  perform: (hooks: SweepHooks) => Promise<SweepResult>,
): Promise<SweepResult> {
  const progress = createProgress(surroundings.stderr, surroundings.clock);
  const controller = new AbortController();
  const release = surroundings.onStopSignal(() => {
    if (controller.signal.aborted) {
      progress.end();
      surroundings.exitNow(3);
      return;
    }
    progress.note("Stopping the sweep and recording its results as partial. Ctrl-C again exits at once.");
    controller.abort();
  });
  try {
    return await perform({ signal: controller.signal, onProgress: (next) => progress.update([next]) });
  } finally {
    release();
    progress.end();
  }
}

function addRecorded(program: Command, context: Context): void {
  const { surroundings } = context;
  const sweeps = asks(
    program
      .command("sweeps")
      .summary("the sweeps of a period; show prints one of them")
      .description(
        "Lists the sweeps that began in a period, newest first. `show` prints everything recorded about one of them.",
      )
      .option("--from <time>", "start of the period (default: 7 days before its end)")
      .option("--to <time>", "end of the period", "now")
      .option("--kind <kind,...>", `only these kinds: ${SWEEP_KINDS.join(", ")}`)
      .option("--verdict <verdict,...>", `only these verdicts: ${SWEEP_VERDICTS.join(", ")}`)
      .option("--vantage <name>", "only from this vantage point (default: from any)")
      .option("--limit <number>", "length of the list, at most 1000", "50"),
    OPERATIONS.sweeps.list,
  )
    .addHelpText("after", LIST_EXAMPLES)
    .action((options: ListOptions) => context.ends(listSweeps(surroundings, options)));

  asks(
    sweeps
      .command("show")
      .summary("one sweep: times, plan, parameters, recall, verdict")
      .description("Prints a sweep as it was recorded, with the seed and the plan to perform it again.")
      .argument("<number>", "number of the sweep, from the list"),
    OPERATIONS.sweeps.get,
  )
    .addHelpText("after", SHOW_EXAMPLES)
    .action((number: string, _: unknown, command: Command) =>
      context.ends(showRecorded(surroundings, number, command.optsWithGlobals<{ json?: boolean }>().json)),
    );
}

async function listSweeps(surroundings: Surroundings, options: ListOptions): Promise<ExitCode> {
  const { from, to } = periodOf(options, readingOf(surroundings));
  const limit = parseWhole(options.limit, "--limit", 1, 1_000);
  const filter = {
    kind: severalOf("--kind", options.kind, SWEEP_KINDS),
    verdict: severalOf("--verdict", options.verdict, SWEEP_VERDICTS),
    vantage: options.vantage,
  };
  return withOperations(surroundings, "record", async (operations) => {
    const result = await operations.sweeps.list({ ...filter, startedSince: from, startedUntil: to, limit });
    const filtered = Object.values(filter).some((value) => value !== undefined);
    present(surroundings, options.json, result, (page) => showSweeps(page, result, { from, to, filtered }));
    return 0;
  });
}

function periodOf({ from, to }: ListOptions, reading: Reading): { readonly from: Instant; readonly to: Instant } {
  if (from !== undefined) return parsePeriod({ text: from, name: "--from" }, { text: to, name: "--to" }, reading);
  const end = parseTime(to, "--to", reading);
  return { from: end - WEEK, to: end };
}

function severalOf<Value extends string>(
  name: string,
  text: string | undefined,
  known: readonly Value[],
): readonly Value[] | undefined {
  return text?.split(",").map((part) => {
    const value = known.find((each) => each === part.trim());
    if (value !== undefined) return value;
    throw new Fault("config-invalid", `${name}: '${part.trim()}' is not one of ${known.join(", ")}.`, {
      place: name,
      next: `Give one or more of them, separated by commas: ${name} ${known.slice(0, 2).join(",")}.`,
    });
  });
}

async function showRecorded(surroundings: Surroundings, number: string, json: boolean | undefined): Promise<ExitCode> {
  const id = parseWhole(number, "NUMBER", 1, 2_147_483_647);
  return withOperations(surroundings, "record", async (operations) => {
    const result = await operations.sweeps.get({ id }).catch((error: unknown) => {
      if (!(error instanceof Fault) || error.code !== "not-found") throw error;
      throw new Fault("not-found", error.message, {
        place: "NUMBER",
        next: "Run portolan sweeps for those of the last 7 days; --from and --to set another period.",
        cause: error,
      });
    });
    present(surroundings, json, result, (page) => showSweepRecord(page, result));
    return 0;
  });
}
