import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { Fault } from "../model/index.ts";
import { homeOf, type Surroundings } from "./surroundings.ts";

/** A session begins with `portolan login`; the server ends it after twelve hours at the latest. */
const stored = z.object({
  url: z.string(),
  certificate: z.string().optional(),
  email: z.string(),
  cookie: z.string(),
  endsAt: z.number(),
});
const file = z.object({ version: z.literal(1), sessions: z.array(stored) });

export type StoredSession = z.infer<typeof stored>;

type Around = Pick<Surroundings, "env" | "directory">;

/**
 * The file of this user's sessions: in `XDG_CONFIG_HOME`, in `~/.config`, or in Portolan's home where the user has no
 * home directory.
 */
export function sessionsPath(around: Around): string {
  const { XDG_CONFIG_HOME: config, HOME: home } = around.env;
  if (config !== undefined && config !== "") return join(config, "portolan", "sessions.json");
  if (home !== undefined && home !== "" && home !== "/") return join(home, ".config", "portolan", "sessions.json");
  return join(homeOf(around), "sessions.json");
}

/** Newest first. A file that is damaged counts as none: signing in again replaces it. */
export async function readSessions(around: Around): Promise<StoredSession[]> {
  try {
    return file.parse(JSON.parse(await readFile(sessionsPath(around), "utf8"))).sessions;
  } catch {
    return [];
  }
}

/** Stores a session in place of an earlier one at the same server. Only this user can read the file. */
export async function storeSession(around: Around, session: StoredSession): Promise<void> {
  const others = (await readSessions(around)).filter(({ url }) => url !== session.url);
  await write(around, [session, ...others]);
}

export async function forgetSession(around: Around, url: string): Promise<void> {
  const others = (await readSessions(around)).filter((session) => session.url !== url);
  if (others.length === 0) await rm(sessionsPath(around), { force: true });
  else await write(around, others);
}

async function write(around: Around, sessions: readonly StoredSession[]): Promise<void> {
  const path = sessionsPath(around);
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(draft, `${JSON.stringify({ version: 1, sessions }, undefined, 2)}\n`, { mode: 0o600, flag: "wx" });
    // The umask may have taken more than the group and the others.
    await chmod(draft, 0o600);
    await rename(draft, path);
  } catch (error) {
    // Where the directory could not be made, there is no draft either.
    await rm(draft, { force: true }).catch(() => undefined);
    throw new Fault("config-invalid", "The session cannot be stored.", {
      place: path,
      next: "Set XDG_CONFIG_HOME to a directory that you can write to, then sign in again.",
      cause: error,
    });
  }
}
