import { mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { Fault } from "../../../model/index.ts";

/** A file of the sensor's own directory; undefined where there is none. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw ownFileError(error, path);
  }
}

/** Makes the sensor's directory, for its user alone, unless it exists. */
export function makeOwnDirectory(path: string): void {
  try {
    // One by one: with `recursive`, Node calls a read-only file system ENOENT.
    for (const each of missingIn(path)) mkdirSync(each, { mode: 0o700 });
  } catch (error) {
    throw ownFileError(error, path);
  }
}

/** The directories above a path, and the path itself, that do not exist; the highest first. */
function missingIn(path: string): string[] {
  try {
    if (statSync(path).isDirectory()) return [];
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [...missingIn(dirname(path)), path];
    throw error;
  }
  return [path];
}

/** The fault of a path that this user cannot use; any other error stays what it is: a full disk says so itself. */
export function ownFileError(error: unknown, path: string): unknown {
  switch (codeOf(error)) {
    case "ENOTDIR":
    case "EEXIST":
      return new Fault("config-invalid", "A file is where the directory of the sensor should be.", {
        place: path,
        next: "Name another directory in PORTOLAN_HOME.",
        cause: error,
      });
    case "EACCES":
    case "EPERM":
      return new Fault("config-invalid", "This user can neither read nor write the files of the sensor.", {
        place: path,
        next: "Run the sensor as the user who owns its directory.",
        cause: error,
      });
    default:
      return error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
