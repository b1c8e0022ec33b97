import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { HeldNote } from "../verdict.ts";
import { noteIn } from "../note-name.ts";

function fileOf(home: string): { readonly folder: string; readonly path: string } {
  const folder = join(home, "checkpoints");
  return { folder, path: join(folder, "last.txt") };
}

/**
 * The last checkpoint that this home saw, with the generation of the record; undefined if it has none. A home on another
 * disk than the database notices at once that the database was set back.
 */
export function lastKnown(home: string): HeldNote | undefined {
  let text: string;
  try {
    text = readFileSync(fileOf(home).path, "utf8");
  } catch {
    return undefined;
  }
  const note = noteIn(text);
  const generation = /^generation (\d{1,9})\n/.exec(text)?.[1];
  return note === undefined ? undefined : { note, from: "the home", generation: Number(generation ?? 1) };
}

/** Replaces it as a whole: a crash leaves the old one or the new one. It holds no secret. */
export function rememberLast(
  home: string,
  { note, generation }: { readonly note: string; readonly generation: number },
): void {
  const before = lastKnown(home);
  if (before?.note === note && before.generation === generation) return;
  const { folder, path } = fileOf(home);
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = openSync(draft, "wx", 0o600);
  try {
    writeSync(file, `generation ${generation}\n${note}`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}

/** For a home that deliberately works on another database from now on. */
export function forgetLast(home: string): void {
  rmSync(fileOf(home).path, { force: true });
}
