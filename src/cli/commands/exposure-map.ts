import { Option, type Command } from "commander";
import { OPERATIONS } from "../../contract/index.ts";
import { asks } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import { present } from "../present.ts";
import { withOperations } from "../session.ts";
import type { ExitCode, Surroundings } from "../surroundings.ts";
import { parseTime, readingOf, TIME_HELP } from "../time-argument.ts";
import { MAP_GROUPS, showExposureIntervals, showExposureMap, type MapGroup } from "../views/exposure-map.ts";

interface MapOptions {
  readonly at: string;
  readonly by: MapGroup;
  readonly json?: boolean;
}

interface IntervalsOptions {
  readonly from?: string;
  readonly to: string;
  readonly asset?: string;
  readonly json?: boolean;
}

const MAP_EXAMPLES = `
${TIME_HELP}

Examples:
  portolan exposure map
  portolan exposure map --at 2026-03-14T09:00:00Z --by owner
  portolan exposure map --json          every address by every port, for a program

Exit codes: 0 answered, 1 an endpoint is open without being authorized there, 2 error.`;

const INTERVALS_EXAMPLES = `
${TIME_HELP}

Examples:
  portolan exposure intervals --from -7d
  portolan exposure intervals --from -7d --asset db-3
  portolan exposure intervals --json    the whole record

Exit codes: 0 answered, 2 error.`;

/** `exposure map` and `exposure intervals`: the table that the map of the console draws, in figures. */
export function addExposureMap(exposure: Command, { surroundings, ends }: Context): void {
  asks(
    exposure
      .command("map")
      .summary("all addresses by ports, in figures")
      .description(
        "Counts the endpoints that are open, authorized, insecure and unknown, as each vantage point saw them, by segment, system type or owner.",
      )
      .option("--at <time>", "the instant", "now")
      .addOption(new Option("--by <group>", "what to group by").choices([...MAP_GROUPS]).default("segment")),
    OPERATIONS.exposure.map,
  )
    .addHelpText("after", MAP_EXAMPLES)
    .action((_options: unknown, command: Command) =>
      ends(answerMap(surroundings, command.optsWithGlobals<MapOptions>())),
    );

  asks(
    exposure
      .command("intervals")
      .summary("the changes of all endpoints during a period, in figures")
      .description("Counts how often endpoints opened and closed during a period, and how long each was unknown.")
      .option("--from <time>", "start of the period (default: of the record)")
      .option("--to <time>", "end of the period", "now")
      .option("--asset <name>", "only the addresses of this asset"),
    OPERATIONS.exposure.intervals,
  )
    .addHelpText("after", INTERVALS_EXAMPLES)
    .action((_options: unknown, command: Command) =>
      ends(answerIntervals(surroundings, command.optsWithGlobals<IntervalsOptions>())),
    );
}

async function answerMap(surroundings: Surroundings, options: MapOptions): Promise<ExitCode> {
  const at = parseTime(options.at, "--at", readingOf(surroundings));
  return withOperations(surroundings, "record", async (operations) => {
    const result = await operations.exposure.map({ at });
    present(surroundings, options.json, result, (page) => showExposureMap(page, result, options.by));
    return result.cells.some((rows) => rows.some((pattern) => /[new]/.test(result.patterns[pattern] ?? ""))) ? 1 : 0;
  });
}

async function answerIntervals(surroundings: Surroundings, options: IntervalsOptions): Promise<ExitCode> {
  const reading = readingOf(surroundings);
  const to = parseTime(options.to, "--to", reading);
  const from = options.from === undefined ? undefined : parseTime(options.from, "--from", reading);
  return withOperations(surroundings, "record", async (operations) => {
    const result = await operations.exposure.intervals({ from, to, asset: options.asset });
    present(surroundings, options.json, result, (page) => showExposureIntervals(page, result));
    return 0;
  });
}
