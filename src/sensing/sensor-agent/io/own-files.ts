import { readFileSync } from "node:fs";
import { Fault } from "../../../model/index.ts";

/** A file of the sensor's own directory; undefined where there is none. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new Fault("config-invalid", "A file of the sensor cannot be read.", {
      place: path,
      next: "Run the sensor as the user who owns its directory.",
      cause: error,
    });
  }
}
