import type { Command } from "commander";
import type { SweepProgress } from "../../contract/index.ts";
import { Fault, formatDuration } from "../../model/index.ts";
import type { AppEvent } from "../app-port.ts";
import { configurationOf } from "../configuration.ts";
import type { Context } from "../context.ts";
import { pageText, tell } from "../present.ts";
import { createProgress } from "../progress.ts";
import type { ExitCode, Surroundings } from "../surroundings.ts";
import { showEvent } from "../views/start.ts";
import { stopRequest } from "../stop-request.ts";

const EXAMPLES = `
Examples:
  DATABASE_URL=postgresql://portolan@db.internal/portolan \\
    portolan worker --vantage outside

A worker uses the recorded scope. It needs no portolan.yaml and no key, and
probes nothing outside that scope. Workers of one vantage point share its
targets. All processes together keep to the limits of the scope.
SIGTERM or Ctrl-C stops it cleanly: a running sweep is recorded as partial, and
another worker starts it again.
Exit codes: 0 stopped, 2 error.`;

export function addWorker(program: Command, context: Context): void {
  program
    .command("worker")
    .summary("run sweeps for a vantage point, from another machine")
    .description("Takes sweeps for one vantage point from the queue that all processes on one PostgreSQL share.")
    .requiredOption("--vantage <name>", "its vantage point, as portolan.yaml declares it")
    .addHelpText("after", EXAMPLES)
    .action((options: { vantage: string }) => context.ends(work(context.surroundings, options.vantage)));
}

async function work(surroundings: Surroundings, vantage: string): Promise<ExitCode> {
  const { settings } = await configurationOf(surroundings);
  const databaseUrl = settings["database.url"];
  if (databaseUrl === undefined) {
    throw new Fault(
      "config-invalid",
      "A worker shares a PostgreSQL database with the installation, and none is configured.",
      {
        place: "DATABASE_URL",
        next: "Set DATABASE_URL to the database that portolan start uses.",
      },
    );
  }
  const door = await surroundings.app();
  const progress = createProgress(surroundings.stderr, surroundings.clock);
  const underWay = new Map<number, SweepProgress>();
  const worker = await door.createWorker({
    databaseUrl,
    vantage,
    clock: surroundings.clock,
    identify: settings.identify,
    onProgress(next) {
      underWay.set(next.sweepId, next);
      progress.update([...underWay.values()]);
    },
    onEvent(event: AppEvent) {
      progress.end();
      if (event.kind === "sweep-finished") underWay.delete(event.result.sweep.id);
      surroundings.stdout.write(pageText(surroundings, (page) => showEvent(page, event)));
    },
  });
  const stop = stopRequest(surroundings);
  try {
    await worker.start();
    tell(
      surroundings,
      (page) =>
        page.say`Sweeping for ${vantage}: ${worker.targets.length === 0 ? "no target yet" : worker.targets.slice(0, 10).join(", ")}. Ctrl-C stops.`,
    );
    if (Math.abs(worker.skew) > MUCH) {
      const ahead = worker.skew > 0 ? "ahead of" : "behind";
      tell(
        surroundings,
        (page) =>
          page.say`This machine's clock is ${formatDuration(Math.abs(worker.skew))} ${ahead} the record's; its observations carry the time of the record's clock.`,
      );
    }
    await stop.wait;
    tell(surroundings, (page) => page.say`Stopping.`);
    return 0;
  } finally {
    stop.release();
    progress.end();
    // A second signal during the stop ends the process without waiting.
    const release = surroundings.onStopSignal(() => surroundings.exitNow(0));
    await worker.stop();
    release();
  }
}

/** A larger clock offset is reported, in milliseconds. */
const MUCH = 1_000;
