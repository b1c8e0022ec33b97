import { randomUUID } from "node:crypto";
import { link, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, join } from "node:path";
import { Fault, LARGEST_BASELINE, type Instant } from "../model/index.ts";
import type { Surroundings } from "./surroundings.ts";

function pathOf(surroundings: Pick<Surroundings, "directory">, file: string): string {
  return isAbsolute(file) ? file : join(surroundings.directory, file);
}

/** Reads the YAML file of a port baseline that was named on the command line. */
export async function readDocument(surroundings: Pick<Surroundings, "directory">, file: string): Promise<string> {
  const path = pathOf(surroundings, file);
  try {
    const { size } = await stat(path);
    if (size > LARGEST_BASELINE.bytes) {
      throw new Fault(
        "config-invalid",
        `${file} has ${size} bytes; a port baseline can have at most ${LARGEST_BASELINE.bytes}.`,
        {
          place: file,
          next: "Use port ranges, CIDR blocks, tags or system types instead of single endpoints.",
        },
      );
    }
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw unreadable(file, error);
  }
}

/** Opens a file of any size named on the command line. `work` reads it in chunks, and gets its size in bytes (0 for a pipe). */
export async function withFile<Result>(
  surroundings: Pick<Surroundings, "directory">,
  file: string,
  work: (content: AsyncIterable<Uint8Array>, size: number, writtenAt: Instant) => Promise<Result>,
): Promise<Result> {
  const handle = await open(pathOf(surroundings, file)).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  try {
    const found = await handle.stat();
    if (found.isDirectory()) throw unreadable(file, Object.assign(new Error(), { code: "EISDIR" }));
    return await work(
      handle.createReadStream({ highWaterMark: 262_144, autoClose: false }),
      found.size,
      Math.trunc(found.mtimeMs),
    );
  } finally {
    await handle.close();
  }
}

/** Reads a file named on the command line as it is, if it is not too long, with the time at which it was last written. */
export async function readBytes(
  surroundings: Pick<Surroundings, "directory">,
  file: string,
  most: number,
): Promise<{ readonly content: Buffer; readonly writtenAt: Instant }> {
  return await withFile(surroundings, file, async (chunks, _size, writtenAt) => {
    const pieces: Uint8Array[] = [];
    let length = 0;
    for await (const piece of chunks) {
      length += piece.length;
      if (length > most) {
        throw new Fault("config-invalid", `${file} has more than ${most} bytes.`, {
          place: file,
          next: "Split it, and import each part under a name of its own (--name).",
        });
      }
      pieces.push(piece);
    }
    return { content: Buffer.concat(pieces), writtenAt };
  });
}

export async function exists(surroundings: Pick<Surroundings, "directory">, file: string): Promise<boolean> {
  return stat(pathOf(surroundings, file)).then(
    () => true,
    () => false,
  );
}

/** Writes a file. Keeps an existing one unless `replace` is set: somebody may have edited it. */
export async function writeDocument(
  surroundings: Pick<Surroundings, "directory">,
  file: string,
  text: string,
  options: { readonly replace: boolean; readonly instead: string },
): Promise<void> {
  try {
    await writeFile(pathOf(surroundings, file), text, { flag: options.replace ? "w" : "wx" });
  } catch (error) {
    if (codeOf(error) === "EEXIST") {
      throw new Fault("conflict", `${file} already exists; it was not changed.`, {
        place: file,
        next: options.instead,
        cause: error,
      });
    }
    throw new Fault("config-invalid", `${file} cannot be written: ${reason(error)}.`, {
      place: pathOf(surroundings, file),
      next: "Choose a directory that exists and that you can write to, and run the command again.",
      cause: error,
    });
  }
}

/**
 * Writes a file for its owner alone, completely or not at all. Throws if the name is taken: it neither replaces a file
 * nor follows a link.
 */
export async function writeExport(
  surroundings: Pick<Surroundings, "directory">,
  file: string,
  content: AsyncIterable<Uint8Array>,
): Promise<void> {
  const path = pathOf(surroundings, file);
  const draft = draftOf(path);
  try {
    // Findings reveal weaknesses: only the owner can read the file until they decide otherwise. `wx` opens no existing file.
    const handle = await open(draft, "wx", 0o600);
    try {
      for await (const piece of content) await handle.writeFile(piece);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await nameOnce(draft, path);
  } catch (error) {
    if (error instanceof Fault) throw error;
    if (codeOf(error) === "EEXIST") {
      throw new Fault("conflict", `${file} already exists; it was not changed.`, {
        place: file,
        next: "Choose another name with -o, e.g. one with the date.",
        cause: error,
      });
    }
    if (codeOf(error) === undefined) throw error;
    throw new Fault("config-invalid", `${file} cannot be written: ${reason(error)}.`, {
      place: path,
      next: "Choose a file in a directory that you can write to.",
      cause: error,
    });
  } finally {
    await rm(draft, { force: true });
  }
}

/** A name beside the file that no other process uses. */
export function draftOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomUUID()}.draft`);
}

/** Gives the draft its name unless that is taken (`EEXIST`); a rename alone would replace the other file. */
export async function nameOnce(draft: string, path: string): Promise<void> {
  try {
    await link(draft, path);
  } catch (error) {
    // USB sticks and network shares often have no hard links.
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(codeOf(error) ?? "")) throw error;
    await (await open(path, "wx", 0o600)).close();
    await rename(draft, path);
  }
}

function unreadable(file: string, error: unknown): Fault {
  return new Fault("config-invalid", `${file} cannot be read: ${reason(error)}.`, {
    place: file,
    next: "Check the name of the file and its permissions.",
    cause: error,
  });
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** What a fault of the file system means, as the second half of a sentence. */
export function reason(error: unknown): string {
  switch (codeOf(error)) {
    case "ENOENT":
      return "the file, or a directory of its path, does not exist";
    case "EACCES":
    case "EPERM":
      return "this user has no permission";
    case "EROFS":
      return "the file system is read-only";
    case "ENOSPC":
      return "the disk is full";
    case "EISDIR":
      return "it is a directory";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
