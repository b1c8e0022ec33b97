import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { StatusResult } from "../../contract/index.ts";
import { Fault } from "../../model/index.ts";
import { livingServer, openApp } from "../session.ts";
import { databaseUrlOf } from "../configuration.ts";
import { homeOf, type Surroundings } from "../surroundings.ts";
import type { Check } from "./check.ts";
import { checkAttestation } from "./attestation-checks.ts";
import { checkVantagePoints } from "./vantage-checks.ts";

/** Creates nothing: if the home does not exist yet, the check requires that its parent directory is writable. */
export async function checkHome(surroundings: Surroundings): Promise<Check> {
  const name = "home directory";
  const home = homeOf(surroundings);
  const there = await stat(home).catch(() => undefined);
  if (there !== undefined && !there.isDirectory()) {
    return { name, verdict: "broken", detail: `${home} is not a directory`, fix: "move it away, or set PORTOLAN_HOME" };
  }
  const path = there === undefined ? await firstThere(dirname(home)) : home;
  const writable = await access(path, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!writable)
    return {
      name,
      verdict: "broken",
      detail: `${path} cannot be written to`,
      fix: "change its owner, or set PORTOLAN_HOME to a directory that you own",
    };
  if (there === undefined) return { name, verdict: "ok", detail: `${home}: will be created` };
  if (process.platform !== "win32" && (there.mode & 0o077) !== 0) {
    return { name, verdict: "limited", detail: `${home} is open to other users`, fix: `chmod 700 ${home}` };
  }
  return { name, verdict: "ok", detail: home };
}

/**
 * Opens the store, which brings its schema up to date, and reads from it. If the record names several vantage points,
 * also checks the workers of each.
 */
export async function checkRecord(surroundings: Surroundings): Promise<Check[]> {
  const name = "database";
  try {
    if ((await databaseUrlOf(surroundings)) === undefined) {
      const server = await livingServer(surroundings);
      if (server !== undefined) {
        const status = await statusHere(surroundings).catch(() => undefined);
        const detail = `embedded, held by process ${server.pid}, whose API is at ${server.url}`;
        return [
          { name, verdict: "ok", detail },
          ...checkAttestation(server.status.log.attested),
          ...checkVantagePoints(status?.vantagePoints, server),
        ];
      }
      const data = join(homeOf(surroundings), "data");
      if ((await stat(data).catch(() => undefined)) === undefined) {
        return [{ name, verdict: "ok", detail: "embedded, will be created by the first command that needs it" }];
      }
    }
    const status = await statusHere(surroundings);
    const kind = status.store === "embedded" ? "embedded" : "PostgreSQL";
    const detail = `${kind}, reachable, schema current, ${status.log.size} entries in the evidence log`;
    return [
      { name, verdict: "ok", detail },
      ...checkAttestation(status.log.attested),
      ...checkVantagePoints(status.vantagePoints),
    ];
  } catch (error) {
    if (error instanceof Fault) return [{ name, verdict: "broken", detail: error.message, fix: error.next }];
    return [
      {
        name,
        verdict: "broken",
        detail: error instanceof Error ? error.message : String(error),
        fix: "PORTOLAN_DEBUG=1 portolan status, and report its output",
      },
    ];
  }
}

async function statusHere(surroundings: Surroundings): Promise<StatusResult> {
  const app = await openApp(surroundings);
  try {
    return await app.operations.status.get();
  } finally {
    await app.close();
  }
}

async function firstThere(path: string): Promise<string> {
  for (let at = path; ; at = dirname(at)) {
    if ((await stat(at).catch(() => undefined)) !== undefined || dirname(at) === at) return at;
  }
}
