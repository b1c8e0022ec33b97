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

/**
 * The session that a command uses: the one at the server of this home. Without a home that this user can read, the
 * latest one, at whichever server. Undefined: nobody signed in, and the command acts as the operator.
 *
 * @throws Fault `unauthorized` when the session has ended: a command never acts as the operator by surprise
 */
export async function currentSession(around: Around): Promise<StoredSession | undefined> {
  const sessions = await readSessions(around);
  if (sessions.length === 0) return undefined;
  const own = await serverOfHome(around);
  const session =
    own === undefined
      ? (await isReadable(homeOf(around)))
        ? undefined
        : sessions[0]
      : sessions.find(({ url }) => url === own.url);
  if (session === undefined || around.clock.now() < session.endsAt) return session;
  throw sessionEnded(session);
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
