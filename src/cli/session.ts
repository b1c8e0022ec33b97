import type { Settings } from "../platform/configuration/index.ts";
import type { Operations, StatusResult } from "../contract/index.ts";
import { Fault } from "../model/index.ts";
import type { App } from "./app-port.ts";
import { createLogProgress } from "./log-progress.ts";
import { attestationOf, boundaryOf, configurationOf, databaseUrlOf, servingOf } from "./configuration.ts";
import { tell } from "./present.ts";
import { toned } from "./screen/style.ts";
import { keepHomePrivate } from "./private-home.ts";
import { publicationOf } from "./publication.ts";
import { currentSession, sessionEnded } from "./person.ts";
import type { StoredSession } from "./person-file.ts";
import { beginWaiting } from "./waiting.ts";
import { homeOf, type ExitCode, type Surroundings } from "./surroundings.ts";

interface Session {
  readonly operations: Operations;
  /** The server that answers; absent: this process works on the record itself. */
  readonly server?: LivingServer | undefined;
  /** A simulated network answered everything in the record. */
  readonly synthetic?: boolean | undefined;
  /** The error to report for one that an operation threw; absent: the same. */
  faultOf?(error: unknown): unknown;
  close(): Promise<void>;
}

/** A running server of this home, as its `server.json` describes it. */
export interface LivingServer {
  readonly url: string;
  readonly pid: number;
  readonly startedAt: string;
  readonly operations: Operations;
  readonly status: StatusResult;
}

/** Longest wait for a sign of life from a server, in milliseconds. */
const PATIENCE = 15_000;

/** Works through the running server if one holds the embedded database, otherwise directly on the record. */
export async function withOperations(
  surroundings: Surroundings,
  expects: "scope" | "record",
  work: (operations: Operations, server: LivingServer | undefined) => Promise<ExitCode>,
): Promise<ExitCode> {
  const session = await openSession(surroundings, expects);
  if (session.synthetic === true) {
    tell(surroundings, (page) => page.say`${toned("warn", "Synthetic record:")} a simulated network answered.`);
  }
  try {
    return await work(session.operations, session.server);
  } catch (error) {
    throw session.faultOf?.(error) ?? error;
  } finally {
    await session.close();
  }
}

async function openSession(surroundings: Surroundings, expects: "scope" | "record"): Promise<Session> {
  const person = await currentSession(surroundings);
  if (person !== undefined) return await personal(surroundings, person);
  if ((await databaseUrlOf(surroundings)) === undefined) {
    const server = await livingServer(surroundings);
    if (server !== undefined) {
      const { operations, status } = server;
      return { operations, server, synthetic: status.synthetic, close: () => Promise.resolve() };
    }
  }
  const app = await openApp(surroundings, expects);
  return { operations: app.local, synthetic: await app.synthetic(), close: () => app.close() };
}

/** The server answers as it answers the person who signed in; a session that it ended is not replaced by the operator. */
async function personal(surroundings: Surroundings, session: StoredSession): Promise<Session> {
  const { createRemote } = await import("../server/index.ts");
  const { url, certificate, cookie } = session;
  return {
    operations: createRemote({
      url,
      certificate,
      token: { cookie },
      onSent: () => beginWaiting(surroundings, "Waiting for the server"),
    }),
    faultOf: (error) =>
      error instanceof Fault && error.code === "unauthorized" ? sessionEnded(session, error) : error,
    close: () => Promise.resolve(),
  };
}

export async function openApp(
  surroundings: Surroundings,
  expects?: "scope" | "record",
  { lasting = false } = {},
): Promise<App> {
  const { settings } = await configurationOf(surroundings);
  const door = await surroundings.app();
  const home = homeOf(surroundings);
  await keepHomePrivate(surroundings);
  try {
    return await door.createApp({
      directory: surroundings.directory,
      home,
      databaseUrl: settings["database.url"],
      version: surroundings.version,
      clock: surroundings.clock,
      identify: settings.identify,
      publicUrl: await publicUrlIn(settings),
      sso: ssoOf(settings),
      attestation: attestationOf(settings),
      boundary: boundaryOf(settings),
      onLogRead: createLogProgress(surroundings.stderr, surroundings.clock),
      publication: publicationOf(settings),
      expects,
      lasting,
    });
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "store-locked") throw error;
    const { readRunningServer } = await import("../server/index.ts");
    const presence = await readRunningServer(home);
    if (presence === undefined) throw error;
    throw new Fault(
      "store-locked",
      `${error.message} It is process ${presence.pid}, and its API is at ${presence.url}.`,
      {
        place: home,
        next: error.next,
        cause: error,
      },
    );
  }
}

/**
 * The server that `<home>/server.json` names, if it lives: its process exists and it accepts this home's token. The token
 * is not sent if the process is gone, because any other program may listen on its port by now.
 */
export async function livingServer(surroundings: Surroundings): Promise<LivingServer | undefined> {
  const home = homeOf(surroundings);
  const { createRemote, isAlive, readRunningServer, readToken } = await import("../server/index.ts");
  const presence = await readRunningServer(home);
  if (presence === undefined || !isAlive(presence.pid)) return undefined;
  const token = await readToken(home);
  if (token === undefined) return undefined;
  try {
    const { url, certificate } = presence;
    const status = await createRemote({ url, token, certificate, patience: PATIENCE }).status.get();
    return {
      ...presence,
      operations: createRemote({
        url,
        token,
        certificate,
        onSent: () => beginWaiting(surroundings, "Waiting for the server"),
      }),
      status,
    };
  } catch (error) {
    // Nobody listens, or the server hangs. If it still holds the database, the lock reports that.
    if (error instanceof Fault && error.code === "store-unavailable" && error.place === presence.url) return undefined;
    throw error;
  }
}

/** For links. The server's code is loaded only where the settings say more than the defaults do. */
async function publicUrlIn(settings: Settings): Promise<string> {
  const serving = servingOf(settings);
  const plain = serving.tls === undefined && (serving.allowHosts ?? []).length === 0;
  if (serving.publicUrl === undefined && plain) return `http://localhost:${settings["server.port"]}`;
  const { publicUrlOf } = await import("../server/index.ts");
  // Most commands make no link: a certificate that cannot be read ends `start`, and no other command.
  return await publicUrlOf(serving).catch(() => `https://localhost:${settings["server.port"]}`);
}

/** A provider needs all three settings, or none. */
function ssoOf(settings: Settings) {
  const [issuer, clientId, clientSecret] = [
    settings["oidc.issuer"],
    settings["oidc.clientId"],
    settings["oidc.clientSecret"],
  ];
  if (issuer === undefined && clientId === undefined && clientSecret === undefined) return undefined;
  if (issuer !== undefined && clientId !== undefined && clientSecret !== undefined) {
    return { name: settings["oidc.name"], issuer, clientId, clientSecret };
  }
  throw new Fault(
    "config-invalid",
    "Single sign-on is only partly configured: it requires an issuer, a client ID and a client secret.",
    {
      place: "oidc",
      next: "Set oidc.issuer, oidc.clientId and oidc.clientSecretFile, or none of them.",
    },
  );
}
