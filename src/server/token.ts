import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { link, mkdir, open, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Fault } from "../model/index.ts";

const SHAPE = /^[A-Za-z0-9_-]{43}$/;

export function tokenPath(home: string): string {
  return join(home, "token");
}

/** Reads the bearer token of this home; undefined if none was created yet. Refuses a file that others can read. */
export async function readToken(home: string): Promise<string | undefined> {
  const path = tokenPath(home);
  let text: string;
  try {
    const mode = (await stat(path)).mode;
    if (process.platform !== "win32" && (mode & 0o077) !== 0) {
      throw new Fault("unauthorized", "The API token can be read by other users of this machine.", {
        place: path,
        next: `Remove ${path} and start Portolan again: it creates a new one that only you can read.`,
      });
    }
    text = (await readFile(path, "utf8")).trim();
  } catch (error) {
    if (isMissing(error)) return undefined;
    if (error instanceof Fault) throw error;
    throw new Fault("unauthorized", "The API token cannot be read.", {
      place: path,
      next: "Run the command as the user who started Portolan.",
      cause: error,
    });
  }
  if (!SHAPE.test(text)) {
    throw new Fault("unauthorized", "The API token file does not hold a token.", {
      place: path,
      next: `Remove ${path} and start Portolan again: it creates a new one.`,
    });
  }
  return text;
}

/**
 * The bearer token of this home: 32 random bytes, base64url, in a 0600 file. The first call creates it atomically: it
 * writes a temporary file and links it into place, so two simultaneous first starts agree on one token.
 */
export async function loadOrCreateToken(home: string): Promise<string> {
  const present = await readToken(home);
  if (present !== undefined) return present;
  await mkdir(home, { recursive: true, mode: 0o700 });
  const draft = join(home, `token.${randomBytes(6).toString("hex")}`);
  try {
    const file = await open(draft, "wx", 0o600);
    try {
      await file.writeFile(`${randomBytes(32).toString("base64url")}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(draft, tokenPath(home)).catch((error: unknown) => {
      if (!(isErrno(error) && error.code === "EEXIST")) throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  // Somebody may have removed it since.
  return (await readToken(home)) ?? (await loadOrCreateToken(home));
}

/** A check that takes the same time for every wrong token: it compares SHA-256 digests, never the texts themselves. */
export function tokenCheck(token: string): (presented: string) => boolean {
  const expected = digest(token);
  return (presented) => timingSafeEqual(digest(presented), expected);
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function isErrno(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error;
}

function isMissing(error: unknown): boolean {
  return isErrno(error) && error.code === "ENOENT";
}
