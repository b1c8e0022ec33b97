import { Option, type Command } from "commander";
import { OPERATIONS, type SweepHooks, type SweepRequest, type SweepResult } from "../../contract/index.ts";
import { parseWhole } from "../arguments.ts";
import { asks } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import { present } from "../present.ts";
import { createProgress } from "../progress.ts";
import { withOperations } from "../session.ts";
import type { ExitCode, Surroundings } from "../surroundings.ts";
import { showSweep } from "../views/sweeps.ts";

interface SweepOptions {
  readonly ports?: string;
  readonly engine: SweepRequest["engine"];
  readonly rate?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  portolan sweep                          everything in the scope
  portolan sweep web-1 10.77.0.0/28       an asset and a range of the scope
  portolan sweep dmz -p 22,80-90,443      some ports
  portolan sweep dmz -p 22,U:53,161       TCP 22, UDP 53 and 161
  portolan sweep dmz -p - --rate 500      all 65,535 TCP ports, gently

Exit codes: 0 as approved, 1 open findings on what it covered, 2 error,
3 partial or untrusted (whatever it found).
Ctrl-C once ends the sweep and records it as partial; twice leaves at once.`;

export function addSweeps(program: Command, context: Context): void {
  addSweep(program, context);
}

function addSweep(program: Command, context: Context): void {
  asks(
    program
      .command("sweep")
      .summary("look now at a target, or at the whole scope")
      .description(
        "Looks now at targets inside the scope (or at all of it), records what it saw, and compares it with the port baseline.",
      )
      .argument("[target...]", "address, range, CIDR or hostname inside the scope, or the name of an asset or target")
      .option(
        "-p, --ports <ports>",
        "nmap port syntax: 22,80-90, U:53, - for all of TCP (default: what the system type asks for)",
      )
      .addOption(
        new Option("--engine <engine>", "how to probe")
          .choices(["auto", "syn", "connect", "connect-portable"])
          .default("auto"),
      )
      .option("--rate <probes>", "probes per second; never above the scope's own limit"),
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
    const result = await watchedSweep(surroundings, (hooks) => operations.sweeps.run(request, hooks));
    present(surroundings, options.json, result, (page) => showSweep(page, result));
    return sweepExitCode(result);
  });
}

export function sweepExitCode(result: SweepResult): ExitCode {
  if (result.sweep.verdict !== "complete") return 3;
  return result.findings.length > 0 ? 1 : 0;
}

/** A sweep with its progress on stderr; the first stop signal asks it to end, the second leaves at once. */
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
    progress.note("Stopping the sweep; what it saw is being recorded as partial. Again: leave at once.");
    controller.abort();
  });
  try {
    return await perform({ signal: controller.signal, onProgress: (next) => progress.update([next]) });
  } finally {
    release();
    progress.end();
  }
}
