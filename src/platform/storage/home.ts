import { mkdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { Fault } from "../../model/index.ts";
import { codeOf, fileFault } from "./faults.ts";

/** The files of an installation that the embedded database uses. */
export interface Home {
  readonly path: string;
  readonly data: string;
  /** Where the database is first built; moved to `data` once complete. */
  readonly draft: string;
  readonly lock: string;
}

/** Creates the directory for its owner only (0700), or uses an existing one unchanged. */
export async function prepareHome(path: string): Promise<Home> {
  const home = resolve(path);
  try {
    await mkdir(dirname(home), { recursive: true });
    await mkdir(home, { mode: 0o700 }).catch((error: unknown) => {
      if (codeOf(error) !== "EEXIST") throw error;
    });
    if (!(await stat(home)).isDirectory()) {
      throw new Fault("store-unavailable", `${home} is a file, but Portolan keeps its record in a directory`, {
        place: home,
        next: "Move the file away, or name another directory in PORTOLAN_HOME.",
      });
    }
  } catch (error) {
    throw fileFault(error, home);
  }
  return { path: home, data: join(home, "data"), draft: join(home, "data.draft"), lock: join(home, "lock") };
}
