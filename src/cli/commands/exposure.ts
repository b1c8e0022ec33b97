import { Option, type Command } from "commander";
import { OPERATIONS } from "../../contract/index.ts";
import { Fault, TRANSPORTS, type Transport } from "../../model/index.ts";
import { parseTime, readingOf, TIME_HELP } from "../time-argument.ts";
import { asks } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import { present } from "../present.ts";
import { withOperations } from "../session.ts";
import type { ExitCode, Surroundings } from "../surroundings.ts";
import { addExposureMap } from "./exposure-map.ts";
import { showExposure } from "../views/exposure.ts";

interface ExposureOptions {
  readonly at: string;
  readonly transport: Transport;
  readonly json?: boolean;
}

const EXAMPLES = `
${TIME_HELP}

Examples:
  portolan exposure                    every endpoint open from any vantage point
  portolan exposure 10.77.0.2:22
  portolan exposure [fd00::2]:443 --at 2026-03-14T09:00:00Z --json

Exit codes: 0 answered, 1 an endpoint is open where it is not allowed, 2 error.`;

export function addExposure(program: Command, context: Context): void {
  const exposure = asks(
    program
      .command("exposure")
      .summary("which vantage points can reach an endpoint")
      .description(
        "Shows the state of an endpoint from each vantage point and from its own host; unknown where nobody looked.",
      )
      .argument("[address]", "an address, or ADDRESS:PORT")
      .option("--at <time>", "the instant", "now")
      .addOption(
        new Option("--transport <transport>", "transport of the port").choices([...TRANSPORTS]).default("tcp"),
      ),
    OPERATIONS.exposure.get,
  )
    .addHelpText("after", EXAMPLES)
    .action((endpoint: string | undefined, options: ExposureOptions) =>
      context.ends(answerExposure(context.surroundings, endpoint, options)),
    );
  addExposureMap(exposure, context);
}

async function answerExposure(
  surroundings: Surroundings,
  endpoint: string | undefined,
  options: ExposureOptions,
): Promise<ExitCode> {
  const at = parseTime(options.at, "--at", readingOf(surroundings));
  const asked = endpoint === undefined ? {} : readEndpoint(endpoint, options.transport);
  return withOperations(surroundings, "record", async (operations) => {
    const result = await operations.exposure.get({ at, ...asked });
    present(surroundings, options.json, result, (page) => showExposure(page, result));
    return result.endpoints.some(({ wrongFrom }) => wrongFrom.length > 0) ? 1 : 0;
  });
}

/** `10.0.0.2`, `10.0.0.2:22`, `fd00::2`, `[fd00::2]:22`. The operation checks the address itself. */
function readEndpoint(text: string, transport: Transport): { address: string; transport?: Transport; port?: number } {
  const bracketed = /^\[([^\]]+)\](?::(\d{1,5}))?$/.exec(text);
  const dotted = /^([^:]+):(\d{1,5})$/.exec(text);
  const [, address = text, digits] = bracketed ?? dotted ?? [];
  if (digits === undefined) return { address };
  const port = Number(digits);
  if (port >= 1 && port <= 65_535) return { address, transport, port };
  throw new Fault("config-invalid", `'${digits}' is not a valid port.`, {
    place: "ADDRESS",
    next: "Give a port from 1 to 65535.",
  });
}
