import { chmod, stat } from "node:fs/promises";
import { Fault } from "../model/index.ts";
import { tell } from "./present.ts";
import { homeOf, type Surroundings } from "./surroundings.ts";

const OF_OTHERS = 0o077;

/**
 * Closes the home to other users and says so: it holds the signing keys, the token and the record. Fault
 * `store-unavailable` where that is impossible, because its owner is somebody else.
 */
export async function keepHomePrivate(surroundings: Surroundings): Promise<void> {
  if (process.platform === "win32") return;
  const home = homeOf(surroundings);
  const found = await stat(home).catch(() => undefined);
  // A missing one is created closed; a file in its place is reported when it is opened.
  if (found?.isDirectory() !== true || (found.mode & OF_OTHERS) === 0) return;
  const mode = (found.mode & 0o777).toString(8);
  try {
    await chmod(home, found.mode & 0o700);
  } catch (error) {
    throw new Fault("store-unavailable", `Other users of this machine can open Portolan's home (mode ${mode}).`, {
      place: home,
      next: `Close it as its owner: chmod 700 ${home}`,
      cause: error,
    });
  }
  tell(
    surroundings,
    (page) =>
      page.say`warning: Other users of this machine could open ${home} (mode ${mode}). It is now open to its owner alone (mode 700).`,
  );
}
