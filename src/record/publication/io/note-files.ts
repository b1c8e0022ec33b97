import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { noteIn, numbersInName } from "../note-name.ts";
import type { HeldNote } from "../verdict.ts";

const MOST_BYTES = 256 * 1_024;

/**
 * The checkpoints in a file, or in the files of a directory and those below it, such as a git work tree. By size in the
 * name, the largest first; files without a checkpoint are passed over.
 *
 * @throws the error of the file system if the path cannot be read
 */
export function notesIn(path: string, most = Number.POSITIVE_INFINITY): HeldNote[] {
  if (!statSync(path).isDirectory()) return noteOf(path);
  const files = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.slice(path.length).split(/[\\/]/).includes(".git"))
    .sort((a, b) => (numbersInName(b)?.size ?? -1) - (numbersInName(a)?.size ?? -1) || (a < b ? -1 : 1));
  const found: HeldNote[] = [];
  for (const file of files) {
    found.push(...noteOf(file));
    if (found.length >= most) break;
  }
  return found;
}

function noteOf(file: string): HeldNote[] {
  if (statSync(file).size > MOST_BYTES) return [];
  const text = readFileSync(file, "utf8");
  const note = noteIn(text) ?? noteInJson(text) ?? noteInMail(text);
  return note === undefined ? [] : [{ note, from: file, generation: numbersInName(file)?.generation }];
}

/** As portolan evidence checkpoint --json prints it. */
function noteInJson(text: string): string | undefined {
  if (!text.trimStart().startsWith("{")) return undefined;
  try {
    const { note } = JSON.parse(text) as { readonly note?: unknown };
    return typeof note === "string" ? noteIn(note) : undefined;
  } catch {
    return undefined;
  }
}

/** A mail saved as a file has its attachments in base64, in lines between two empty ones. */
function noteInMail(text: string): string | undefined {
  for (const part of text.replaceAll("\r\n", "\n").split("\n\n")) {
    const base64 = /^(?:[A-Za-z0-9+/]{4,76}={0,2}\n?)+/.exec(part)?.[0];
    const note = base64 === undefined ? undefined : noteIn(Buffer.from(base64, "base64").toString("utf8"));
    if (note !== undefined) return note;
  }
  return undefined;
}
