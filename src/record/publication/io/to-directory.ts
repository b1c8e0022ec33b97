import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Destination } from "../destination.ts";
import { noteName } from "../note-name.ts";
import { notesIn } from "./note-files.ts";

/** How many of the newest checkpoints a start reads. */
export const NEWEST = 100;

/** A directory, for example a mounted disk of another machine. It has to exist: an empty mount point must not fill up. */
export function toDirectory(path: string): Destination {
  return {
    name: `directory ${path}`,
    every: 0,
    async send(checkpoint) {
      await stat(path);
      await writeNote(join(path, noteName(checkpoint)), checkpoint.note);
    },
    known: async () => ({ notes: await Promise.resolve(notesIn(path, NEWEST)) }),
  };
}

/** Writes a note once, as a whole. One of the same name with another content stays: it is evidence. */
export async function writeNote(file: string, note: string): Promise<void> {
  const before = await readFile(file, "utf8").catch(() => undefined);
  if (before === note) return;
  if (before !== undefined) throw new Error(`${file} holds another checkpoint of the same size, which stays as it is`);
  await mkdir(dirname(file), { recursive: true });
  const draft = join(dirname(file), `.${randomBytes(6).toString("hex")}`);
  const written = await open(draft, "wx", 0o644);
  try {
    await written.writeFile(note);
    await written.sync();
  } finally {
    await written.close();
  }
  await rename(draft, file);
}
