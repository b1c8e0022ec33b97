import { access } from "node:fs/promises";
import { Fault } from "../model/index.ts";
import { readSessions, type StoredSession } from "./person-file.ts";
import { homeOf, type Surroundings } from "./surroundings.ts";

type Around = Pick<Surroundings, "env" | "directory" | "clock">;

/** The server that runs from this home, if its process exists. */
export async function serverOfHome(
  around: Pick<Surroundings, "env" | "directory">,
): Promise<{ readonly url: string; readonly certificate?: string | undefined } | undefined> {
  const { isAlive, readRunningServer } = await import("../server/index.ts");
  const presence = await readRunningServer(homeOf(around));
  if (presence === undefined || !isAlive(presence.pid)) return undefined;
  return { url: presence.url, certificate: presence.certificate };
}

/** The session that belongs here, in whichever state, and the server that runs from this home. */
interface Here {
  readonly session: StoredSession | undefined;
  readonly own: { readonly url: string } | undefined;
}

/**
 * The session at the server of this home, or the one that was begun from this home; without a home that this user can
 * read, the latest one, at whichever server.
 */
export async function sessionHere(around: Pick<Around, "env" | "directory">): Promise<Here> {
  const sessions = await readSessions(around);
  if (sessions.length === 0) return { session: undefined, own: undefined };
  const own = await serverOfHome(around);
  const home = homeOf(around);
  const session =
    sessions.find(({ url }) => url === own?.url) ??
    sessions.find((each) => own === undefined && each.home === home) ??
    (own === undefined && !(await isReadable(home)) ? sessions[0] : undefined);
  return { session, own };
}

/**
 * The session that a command uses. Undefined: nobody signed in, and the command acts as the operator.
 *
 * @throws Fault `unauthorized` when the session has ended, `store-unavailable` when its server does not run: a command
 * never acts as the operator by surprise
 */
export async function currentSession(around: Around): Promise<StoredSession | undefined> {
  const { session, own } = await sessionHere(around);
  if (session === undefined) return undefined;
  if (session.endsAt <= around.clock.now()) throw sessionEnded(session);
  if (own !== undefined || session.home !== homeOf(around)) return session;
  throw new Fault("store-unavailable", `${session.email} is signed in, but the server of this home does not run.`, {
    place: session.url,
    next: "Start it with portolan start, or act as the operator of this machine again: portolan logout.",
  });
}

export function sessionEnded({ url, email }: Pick<StoredSession, "url" | "email">, cause?: unknown): Fault {
  return new Fault("unauthorized", `The session of ${email} has ended.`, {
    place: url,
    next: "Sign in again with portolan login, or act as the operator of this machine again: portolan logout.",
    ...(cause === undefined ? {} : { cause }),
  });
}

async function isReadable(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
