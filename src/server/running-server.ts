import { randomBytes, X509Certificate } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The content of `<home>/server.json`, by which the command line finds a running server. */
export interface RunningServer {
  readonly url: string;
  readonly pid: number;
  /** RFC 3339, UTC. */
  readonly startedAt: string;
  /** PEM of its certificate, if it speaks TLS. Clients accept no other certificate. */
  readonly certificate?: string | undefined;
}

export function runningServerPath(home: string): string {
  return join(home, "server.json");
}

/** The content of `<home>/server.json`; undefined if it is missing or not written by a server. */
export async function readRunningServer(home: string): Promise<RunningServer | undefined> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(runningServerPath(home), "utf8"));
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { url, pid, startedAt, certificate } = value as Record<string, unknown>;
  if (typeof url !== "string" || !/^https?:\/\//.test(url) || !URL.canParse(url)) return undefined;
  if (typeof pid !== "number" || !Number.isSafeInteger(pid) || pid <= 0) return undefined;
  if (typeof startedAt !== "string") return undefined;
  if (certificate === undefined) return { url, pid, startedAt };
  return typeof certificate === "string" && isCertificate(certificate)
    ? { url, pid, startedAt, certificate }
    : undefined;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== "";
  } catch {
    return false;
  }
}

/** Writes a temporary file and renames it, so that a reader never sees half of it. */
export async function writeRunningServer(home: string, presence: RunningServer): Promise<void> {
  const draft = `${runningServerPath(home)}.${randomBytes(6).toString("hex")}`;
  await writeFile(draft, `${JSON.stringify(presence, undefined, 2)}\n`, { mode: 0o600 });
  await rename(draft, runningServerPath(home));
}

/** Removes the file if it still belongs to this process: a successor may have written its own by now. */
export async function removeRunningServer(home: string, pid: number): Promise<void> {
  if ((await readRunningServer(home))?.pid === pid) await rm(runningServerPath(home), { force: true });
}

/** Whether a process with that id exists. It may not be the one that wrote the file. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
