import type { Command } from "commander";
import { OPERATIONS } from "../../contract/index.ts";
import { parseEndpoint } from "../arguments.ts";
import { asks } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import { present } from "../present.ts";
import { withOperations } from "../session.ts";
import type { ExitCode, Surroundings } from "../surroundings.ts";
import { parsePeriod, parseTime, readingOf, TIME_HELP } from "../time-argument.ts";
import { showEndpointHistory } from "../views/endpoint-history.ts";

interface Options {
  readonly from?: string;
  readonly to: string;
  readonly vantage?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
An endpoint is HOST:PORT; HOST is an address or the name of an asset. TCP,
unless it begins with udp/.

${TIME_HELP}

Examples:
  portolan history db-3:5432
  portolan history 10.77.0.13:5432 --from 2026-03-01 --to 2026-04-01
  portolan history udp/[2001:db8::5]:53 --json

Exit codes: 0 answered (also when it is unknown), 2 error.`;

export function addEndpointHistory(program: Command, context: Context): void {
  asks(
    program
      .command("history")
      .summary("the whole life of an endpoint")
      .description(
        "Shows the states of an endpoint over a period, how long it was open and how long nobody looked, who was allowed to open it by what decision, and its findings.",
      )
      .argument("<endpoint>", "HOST:PORT, or udp/HOST:PORT")
      .option("--from <time>", "start of the period (default: the first scope)")
      .option("--to <time>", "end of the period", "now")
      .option("--vantage <name>", "as seen from this vantage point (default: the scope's own)"),
    OPERATIONS.history.endpoint,
  )
    .addHelpText("after", EXAMPLES)
    .action((endpoint: string, options: Options) =>
      context.ends(answerEndpoint(context.surroundings, endpoint, options)),
    );
}

async function answerEndpoint(surroundings: Surroundings, text: string, options: Options): Promise<ExitCode> {
  const endpoint = parseEndpoint(text);
  const reading = readingOf(surroundings);
  const { from, to, vantage } = options;
  const period =
    from === undefined
      ? { to: parseTime(to, "--to", reading) }
      : parsePeriod({ text: from, name: "--from" }, { text: to, name: "--to" }, reading);
  return withOperations(surroundings, "record", async (operations) => {
    const result = await operations.history.endpoint({ ...endpoint, ...period, vantage });
    present(surroundings, options.json, result, (page) => showEndpointHistory(page, result));
    return 0;
  });
}
