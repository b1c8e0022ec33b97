import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { commandsAsRunHere } from "../program-name.ts";
import type { Access, StatusResult } from "../../contract/index.ts";
import { counted, despiteShortage, Fault, ROLES, shortageOf } from "../../model/index.ts";
import type { Configuration } from "../../platform/configuration/index.ts";
import { openFilesLimit } from "../../platform/machine/index.ts";
import type { App, AppEvent } from "../app-port.ts";
import { configurationOf, databaseUrlOf, servingOf } from "../configuration.ts";
import type { TlsEvent } from "../../server/index.ts";
import type { Context } from "../context.ts";
import { exists, writeDocument } from "../files.ts";
import { createFirstLook } from "../first-look.ts";
import { present, tell } from "../present.ts";
import { SCOPE_FILE } from "../scope-document.ts";
import { livingServer, openApp } from "../session.ts";
import { stopRequest } from "../stop-request.ts";
import { homeOf, type ExitCode, type Surroundings } from "../surroundings.ts";
import { showNextSteps } from "../views/start.ts";
import { showStatus } from "../views/status.ts";
import { toned } from "../screen/style.ts";
import { PROPOSAL_FILE } from "./baseline.ts";
import { shownConfiguration } from "./configuration.ts";
import { diagnoseHere } from "./doctor.ts";
import { given, writeScope } from "./init.ts";

interface StartOptions {
  readonly port?: string;
  readonly host?: string;
  readonly allowHost?: readonly string[];
  readonly tlsCertificate?: string;
  readonly tlsKey?: string;
  readonly trustProxy?: readonly string[];
  readonly publicUrl?: string;
}

const EXAMPLES = `
Examples:
  portolan start                 without a ${SCOPE_FILE}: this machine alone
  portolan start --port 0        the API on any free port
  portolan start --host 0.0.0.0 --tls-certificate own.pem --tls-key own.key

SIGTERM or Ctrl-C stops it cleanly: a running sweep is recorded as partial.
Exit codes: 0 stopped, 2 error.`;

export function addStart(program: Command, context: Context): void {
  program
    .command("start")
    .summary("monitor continuously: schedules and API in one process")
    .description(
      "Monitors the scope continuously: runs the sweeps that are due, probes known endpoints every minute, and serves the API.",
    )
    .option("--port <port>", "port of the API; 0 for any free port (default: 4600)")
    .option(
      "--host <address>",
      "address the API listens on; beyond loopback it requires TLS, its own or that of a proxy (default: 127.0.0.1)",
    )
    .option("--allow-host <name...>", "further host names the API accepts, e.g. that of a proxy in front of it")
    .option("--tls-certificate <file>", "PEM file of the API's certificate and its chain to the authority")
    .option("--tls-key <file>", "PEM file of the certificate's key, readable by no other user")
    .option(
      "--trust-proxy <address...>",
      "proxies in front of the API whose X-Forwarded-For and X-Forwarded-Proto are trusted",
    )
    .option(
      "--public-url <url>",
      "URL that browsers use, e.g. https://portolan.example.com; passkeys and links are bound to this name",
    )
    .addHelpText("after", EXAMPLES)
    .action((options: StartOptions) => context.ends(start(context.surroundings, options)));
}

export async function start(surroundings: Surroundings, options: StartOptions): Promise<ExitCode> {
  const configuration = await configurationOf(surroundings, {
    "server.host": options.host,
    "server.port": options.port,
    "server.allowHosts": options.allowHost,
    "server.trustedProxies": options.trustProxy,
    "server.publicUrl": options.publicUrl,
    "server.tls.certificate": options.tlsCertificate,
    "server.tls.key": options.tlsKey,
  });
  const { checkServing } = await import("../../server/index.ts");
  await checkServing(servingOf(configuration.settings));
  for (const warning of configuration.warnings) tell(surroundings, (page) => page.say`warning: ${warning}.`);
  await refuseSecond(surroundings);
  if (!(await exists(surroundings, SCOPE_FILE))) {
    await writeScope(surroundings, given(surroundings, {}));
    tell(
      surroundings,
      (page) =>
        page.say`Wrote ${SCOPE_FILE}: this machine alone, its own addresses, every hour. Edit it to monitor more.`,
    );
  }
  const app = await openApp(surroundings, "scope", { lasting: true });
  try {
    return await serve(surroundings, app, configuration);
  } finally {
    await app.close();
  }
}

async function refuseSecond(surroundings: Surroundings): Promise<void> {
  if ((await databaseUrlOf(surroundings)) !== undefined) return;
  const other = await livingServer(surroundings);
  if (other === undefined) return;
  throw new Fault(
    "store-locked",
    `Portolan is already running here: process ${other.pid}, its API is at ${other.url}.`,
    {
      place: homeOf(surroundings),
      next: `Query it with any other command (portolan status), or stop it first: kill ${other.pid}`,
    },
  );
}

async function serve(surroundings: Surroundings, app: App, configuration: Configuration): Promise<ExitCode> {
  const { startServer } = await import("../../server/index.ts");
  const identity = await app.identity();
  const shortage = createShortageNote(surroundings);
  const server = await startServer({
    operations: app.operations,
    identity,
    sensors: app.sensors,
    home: homeOf(surroundings),
    version: surroundings.version,
    synthetic: await app.synthetic(),
    ...servingOf(configuration.settings),
    onTls: (event) => tellOfTls(surroundings, event),
    clock: surroundings.clock,
    listenerOn: async (host, port) => await (await surroundings.app()).listenerOn(host, port).catch(() => undefined),
    doctor: () => diagnoseHere(surroundings),
    configuration: () => shownConfiguration(configuration),
    onUnexpected: (error) => {
      if (!shortage.met(error)) tellOfUnexpected(surroundings, error);
    },
  });
  const stop = stopRequest(surroundings);
  const pause = async (problem: unknown): Promise<void> => {
    shortage.met(problem);
    await sleep(1_000);
  };
  const releaseUncaught = surroundings.onUncaught((problem) => shortage.met(problem));
  try {
    const inTime = <T>(work: () => Promise<T>): Promise<T> => despiteShortage(work, pause);
    const status = await inTime(() => app.operations.status.get());
    if (status.held !== undefined) {
      tellOfHold(surroundings, status.held);
      await stop.wait;
      return 0;
    }
    if (status.synthetic === true) {
      tellOfSynthetic(surroundings, server.publicUrl);
      await stop.wait;
      return 0;
    }
    await inTime(() => tellOfFirstAdmin(surroundings, identity));
    const due = status.targets.filter((target) => target.overdue || target.lastSweep === undefined);
    const names = due.map((target) => target.name);
    const first = createFirstLook(surroundings, names);
    const look = {
      ...first,
      onEvent(event: AppEvent): void {
        first.onEvent(event);
        server.tell(event);
      },
    };
    await app.begin(look);
    if (names.length === 0) present(surroundings, false, undefined, (page) => showStatus(page, status));
    else {
      tell(
        surroundings,
        (page) => page.say`Sweeping ${names.join(", ")}: ${status.coverage.endpoints} endpoints in scope.`,
      );
    }
    if (status.unfit !== undefined) {
      const { notice } = status.unfit;
      tell(surroundings, (page) => page.say`${toned("warn", notice)}`);
    }
    await app.start(look);
    await Promise.race([look.done, stop.wait]);
    look.end();
    if (!stop.requested) {
      const facts = await baselineFacts(surroundings, app).catch((problem: unknown) => {
        // The folder may be read-only, or the disk full: none of that ends the monitoring.
        tell(surroundings, (page) => page.say`No port baseline was proposed. ${inWords(problem, surroundings)}`);
        return {};
      });
      surroundings.stdout.write("\n");
      present(surroundings, false, undefined, (page) =>
        showNextSteps(page, { url: server.url, tokenPath: server.tokenPath, ...facts }),
      );
      await stop.wait;
    }
    tell(surroundings, (page) => page.say`Stopping.`);
    return 0;
  } finally {
    stop.release();
    releaseUncaught();
    // A second signal during the stop ends the process without waiting.
    const release = surroundings.onStopSignal(() => surroundings.exitNow(0));
    await server.stop();
    await app.stop();
    release();
  }
}

/** The API serves what is recorded, so that somebody can find out what happened; nothing is monitored. */
function tellOfHold(surroundings: Surroundings, { problem, next }: NonNullable<StatusResult["held"]>): void {
  tell(surroundings, (page) => {
    page.say`${toned("bad", "NOTHING IS MONITORED AND NOTHING IS RECORDED:")} a checkpoint that was published contradicts this record.`;
    page.say`${problem}`;
    page.say`Next: ${next}`;
    page.say`The API serves what is recorded. Look closer with portolan evidence verify, and with --against and the checkpoints.`;
  });
}

/** Nothing real belongs into a synthetic record, so the server only shows it. */
function tellOfSynthetic(surroundings: Surroundings, url: string): void {
  tell(surroundings, (page) => {
    page.say`${toned("warn", "This record is synthetic:")} a simulated network answered everything in it. Nothing is scanned or monitored.`;
    page.say`Console   ${url}`;
    page.say`Stop it with Ctrl-C.`;
  });
}

function tellOfUnexpected(surroundings: Surroundings, error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  tell(surroundings, (page) => page.say`Unexpected error in the API: ${text}`);
}

/** Says once a minute that this machine lacks something. The failed work is tried again, and nothing ends. */
function createShortageNote(surroundings: Surroundings): { met(problem: unknown): boolean } {
  let saidAt = Number.NEGATIVE_INFINITY;
  // The system tells it through a file, which a process without descriptors cannot open.
  const openFiles = openFilesLimit();
  return {
    met(problem) {
      const shortage = shortageOf(problem);
      if (shortage === undefined) return false;
      const now = performance.now();
      if (now - saidAt < 60_000) return true;
      saidAt = now;
      tell(
        surroundings,
        (page) =>
          page.say`This machine has too little of ${shortage.of}. Monitoring continues. ${shortage.next(openFiles)}`,
      );
      return true;
    },
  };
}

function inWords(problem: unknown, { program }: Surroundings): string {
  return problem instanceof Fault ? `${problem.message} ${commandsAsRunHere(problem.next, program)}` : String(problem);
}

function tellOfTls(surroundings: Surroundings, event: TlsEvent): void {
  switch (event.kind) {
    case "renewed":
      return tell(surroundings, (page) => page.say`The API uses its new certificate, valid until ${event.validTo}.`);
    case "unusable": {
      const detail = inWords(event.problem, surroundings);
      return tell(
        surroundings,
        (page) => page.say`The API keeps its previous certificate, because the new one cannot be used: ${detail}`,
      );
    }
  }
}

/**
 * While there is no user, prints a link for the first admin, but only on a terminal. A log has other readers than the
 * people who run the installation.
 */
async function tellOfFirstAdmin(surroundings: Surroundings, identity: Access): Promise<void> {
  if (!(await identity.beginning()).firstAdmin) return;
  if (!surroundings.stderr.isTerminal) {
    tell(
      surroundings,
      (page) => page.say`There is no user yet. Next: portolan users first-admin prints a link for the first admin.`,
    );
    return;
  }
  const operator = { kind: "operator", name: `operator (${surroundings.user})`, roles: ROLES } as const;
  const { url } = await identity.people(operator).users.firstAdmin();
  tell(surroundings, (page) => {
    page.say`There is no user yet. This link makes the first admin; it works once, for an hour:`;
    page.verbatim(`  ${url}`);
  });
}

/** The version of the baseline in force; without one, writes a proposal for somebody to complete. */
async function baselineFacts(
  surroundings: Surroundings,
  app: App,
): Promise<{ proposal?: string; baselineVersion?: number }> {
  const { baseline } = await app.operations.status.get();
  if (baseline !== undefined) return { baselineVersion: baseline.version };
  if (await exists(surroundings, PROPOSAL_FILE)) return { proposal: PROPOSAL_FILE };
  const { document, proposed } = await app.operations.baseline.propose();
  if (proposed === 0) return {};
  await writeDocument(surroundings, PROPOSAL_FILE, document, {
    replace: false,
    instead: "Complete and approve the existing one.",
  });
  tell(surroundings, (page) => page.say`Wrote ${PROPOSAL_FILE}: ${counted(proposed, "open port")} to justify.`);
  return { proposal: PROPOSAL_FILE };
}
