import { join } from "node:path";
import type { Command } from "commander";
import { commandsAsRunHere } from "../program-name.ts";
import { Fault, formatDuration, parseDuration } from "../../model/index.ts";
import type { SensorEvent } from "../../remote-sensor.ts";
import { parseWhole } from "../arguments.ts";
import type { Context } from "../context.ts";
import { readDocument } from "../files.ts";
import { tell } from "../present.ts";
import { homeOf, type ExitCode, type Surroundings } from "../surroundings.ts";

interface SensorOptions {
  readonly server?: string;
  readonly tokenFile?: string;
  readonly ca?: string;
  readonly fingerprint?: string;
  readonly interval: string;
  readonly buffer: string;
}

const EXAMPLES = `
Examples:
  portolan sensor --server https://portolan.example:4600 --token-file token
  portolan sensor --server https://10.0.0.5:4600 --token-file token \\
    --fingerprint 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
  portolan sensor                          already enrolled: resumes reporting

The token comes from portolan sensors enrol NAME on the server and is used once.
Key, enrolment and unsent reports are stored in PORTOLAN_HOME (./.portolan).
SIGTERM or Ctrl-C stops it; unsent reports stay on the disk.
Exit codes: 0 stopped, 2 error (revoked, or another copy reports with its key).`;

export function addSensor(program: Command, context: Context): void {
  program
    .command("sensor")
    .summary("report this machine's listeners to a server elsewhere")
    .description(
      "Monitors the listeners of this machine and reports them, signed with this machine's own key, to a Portolan server.",
    )
    .option("--server <url>", "URL of the server: https://HOST:PORT; required to enrol")
    .option("--token-file <file>", "file of the enrolment token; without it, the terminal prompts for the token")
    .option("--ca <file>", "PEM file of the authority of the server's certificate (default: the system's authorities)")
    .option(
      "--fingerprint <sha256>",
      "SHA-256 of the server's certificate; accepts only that one, regardless of its issuer",
    )
    .option("--interval <duration>", "report at least this often; changes are reported at once", "30s")
    .option("--buffer <megabytes>", "most disk space for reports while the server is unreachable", "16")
    .addHelpText("after", EXAMPLES)
    .action((options: SensorOptions) => context.ends(sense(context.surroundings, options)));
}

async function sense(surroundings: Surroundings, options: SensorOptions): Promise<ExitCode> {
  const interval = intervalOf(options.interval);
  const buffer = parseWhole(options.buffer, "--buffer", 1, 1_024) * 1_048_576;
  const trust = {
    ...(options.ca === undefined ? {} : { ca: await readDocument(surroundings, options.ca) }),
    ...(options.fingerprint === undefined ? {} : { fingerprint: fingerprintOf(options.fingerprint) }),
  };
  const { runSensor } = await import("../../remote-sensor.ts");
  const sensor = await runSensor({
    folder: join(homeOf(surroundings), "sensor"),
    server: options.server,
    trust,
    interval,
    buffer,
    version: surroundings.version,
    clock: surroundings.clock,
    token: async () => {
      if (options.tokenFile !== undefined) return await readDocument(surroundings, options.tokenFile);
      return await surroundings.ask?.("Enrolment token: ");
    },
    onEvent: (event) => say(surroundings, event),
  });
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
  const release = surroundings.onStopSignal(() => stop());
  try {
    await Promise.race([stopped, sensor.done]);
    return 0;
  } finally {
    release();
    // A second signal during the stop ends the process without waiting.
    const leave = surroundings.onStopSignal(() => surroundings.exitNow(0));
    await sensor.stop();
    leave();
  }
}

function say(surroundings: Surroundings, event: SensorEvent): void {
  tell(surroundings, (page) => {
    switch (event.kind) {
      case "enrolled":
        page.say`Enrolled as ${event.name}.`;
        break;
      case "watching":
        page.say`Monitoring the listeners of this machine; ${event.name} reports to ${event.server}.`;
        break;
      case "not-enrolled":
        page.say`${event.fault.message} ${commandsAsRunHere(event.fault.next, page.style.program)} Enrolment is tried again until it answers; nothing is recorded before that.`;
        break;
      case "away":
        page.say`${event.fault.message} ${commandsAsRunHere(event.fault.next, page.style.program)} Observations are kept on disk meanwhile, and sent when it answers.`;
        break;
      case "back":
        page.say`The server is reachable again.`;
        break;
      case "problem":
        page.say`${event.message}`;
        break;
    }
  });
}

function intervalOf(text: string): number {
  const interval = parseDuration(text);
  if (interval !== undefined && interval >= 1_000 && interval <= 3_600_000) return interval;
  throw new Fault("config-invalid", `--interval: '${text}' is not a duration between 1s and 1h.`, {
    place: "--interval",
    next: `Give a duration such as ${formatDuration(30_000)}.`,
  });
}

/** With or without colons, as openssl and browsers print it. */
function fingerprintOf(text: string): string {
  const digits = text
    .replace(/^sha256[:=]/i, "")
    .replaceAll(":", "")
    .toLowerCase();
  if (/^[0-9a-f]{64}$/.test(digits)) return digits;
  throw new Fault("config-invalid", "--fingerprint is the SHA-256 of a certificate: 64 hexadecimal digits.", {
    place: "--fingerprint",
    next: "On the server: openssl x509 -in CERTIFICATE -noout -fingerprint -sha256",
  });
}
