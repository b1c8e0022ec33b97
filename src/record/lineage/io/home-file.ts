import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../../../model/index.ts";
import { homeRecord, type HomeRecord } from "../home-record.ts";

const FILE = "record.json";

/** Which database holds the record of a home; undefined for a new home, and for one of an earlier version. */
export function readHomeRecord(home: string): HomeRecord | undefined {
  const path = join(home, FILE);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return undefined;
    throw unusable(path, error);
  }
  try {
    return homeRecord.parse(JSON.parse(text));
  } catch (error) {
    throw unusable(path, error);
  }
}

/** Replaces the file as a whole: a crash leaves the old one or the new one. It holds no secret. */
export function writeHomeRecord(home: string, record: HomeRecord): void {
  const path = join(home, FILE);
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    const file = openSync(draft, "wx", 0o600);
    try {
      writeSync(file, `${JSON.stringify(record, undefined, 2)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw unusable(path, error);
  }
}

function unusable(path: string, cause: unknown): Fault {
  return new Fault("store-unavailable", "The file that says which database holds this record cannot be used", {
    place: path,
    next: "Make it readable and writable for this user. If it is damaged, delete it and run the command with the right DATABASE_URL, or without one for the embedded database.",
    cause,
  });
}
