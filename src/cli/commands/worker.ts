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
  DATABASE_URL=postgresql://portolan@db.internal/portolan portolan worker --vantage outside

The scope is the recorded one: a worker needs no portolan.yaml and no key, and never sends what the scope does not allow.
Several workers of one vantage point share its targets, and all processes together keep to the limits of the scope.
SIGTERM or Ctrl-C stops it cleanly: what it sweeps is recorded as partial, and another worker begins it anew.
Exit codes: 0 stopped, 2 error.`;

export function addWorker(program: Command, context: Context): void {
  program
    .command("worker")
    .summary("sweep for a vantage point, from another machine")
    .description("Takes sweeps for one vantage point from the queue that all processes on one PostgreSQL share.")
    .requiredOption("--vantage <name>", "the vantage point it looks from, as portolan.yaml declares it")
    .addHelpText("after", EXAMPLES)
    .action((options: { vantage: string }) => context.ends(work(context.surroundings, options.vantage)));
}

async function work(surroundings: Surroundings, vantage: string): Promise<ExitCode> {
  const { settings } = await configurationOf(surroundings);
  const databaseUrl = settings["database.url"];
  if (databaseUrl === undefined) {
    throw new Fault("config-invalid", "A worker shares a PostgreSQL with the installation, and none is named.", {
      place: "DATABASE_URL",
      next: "Set DATABASE_URL to the PostgreSQL that portolan start uses.",
    });
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
        page.say`Working for ${vantage}: ${worker.targets.length === 0 ? "no target yet" : worker.targets.slice(0, 10).join(", ")}. Ctrl-C stops.`,
    );
    if (Math.abs(worker.skew) > MUCH) {
      const ahead = worker.skew > 0 ? "ahead of" : "behind";
      tell(
        surroundings,
        (page) =>
          page.say`This machine's clock is ${formatDuration(Math.abs(worker.skew))} ${ahead} the record's; what it sees is dated by the record's.`,
      );
    }
    await stop.wait;
    tell(surroundings, (page) => page.say`Stopping.`);
    return 0;
  } finally {
    stop.release();
    progress.end();
    // The second signal while it stops: whoever sends it does not want to wait.
    const release = surroundings.onStopSignal(() => surroundings.exitNow(0));
    await worker.stop();
    release();
  }
}

/** A clock that is further off than this is worth a word, in milliseconds. */
const MUCH = 1_000;
