import { randomUUID } from "node:crypto";
import { link, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, join } from "node:path";
import { Fault } from "../model/index.ts";
import type { Surroundings } from "./surroundings.ts";

const MOST_BYTES = 1_048_576;

function pathOf(surroundings: Pick<Surroundings, "directory">, file: string): string {
  return isAbsolute(file) ? file : join(surroundings.directory, file);
}

/** Reads a YAML file that somebody named on the command line, up to 1 MiB. */
export async function readDocument(surroundings: Pick<Surroundings, "directory">, file: string): Promise<string> {
  const path = pathOf(surroundings, file);
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES) {
      throw new Fault("config-invalid", `${file} has ${size} bytes; a document may have ${MOST_BYTES}.`, {
        place: file,
        next: "Give the YAML file that `portolan baseline propose` wrote.",
      });
    }
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw unreadable(file, error);
  }
}

/** Opens a file of any size that somebody named on the command line; `work` gets its chunks as it asks for them, and its bytes, 0 for a pipe. */
export async function withFile<Result>(
  surroundings: Pick<Surroundings, "directory">,
  file: string,
  work: (content: AsyncIterable<Uint8Array>, size: number) => Promise<Result>,
): Promise<Result> {
  const handle = await open(pathOf(surroundings, file)).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  try {
    const found = await handle.stat();
    if (found.isDirectory()) throw unreadable(file, Object.assign(new Error(), { code: "EISDIR" }));
    return await work(handle.createReadStream({ highWaterMark: 262_144, autoClose: false }), found.size);
  } finally {
    await handle.close();
  }
}

export async function exists(surroundings: Pick<Surroundings, "directory">, file: string): Promise<boolean> {
  return stat(pathOf(surroundings, file)).then(
    () => true,
    () => false,
  );
}

/** Writes a file. One that is there is left alone unless `replace` says otherwise: somebody may have edited it. */
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
      throw new Fault("conflict", `${file} is already there, and stays as it is.`, {
        place: file,
        next: options.instead,
        cause: error,
      });
    }
    throw new Fault("config-invalid", `${file} cannot be written: ${reason(error)}.`, {
      place: pathOf(surroundings, file),
      next: "Go to a directory that you may write to, and run it again there.",
      cause: error,
    });
  }
}

/**
 * Writes a file of somebody's own that is there whole or not at all, under a name that nothing had: neither a file nor a
 * link that leads elsewhere is written through or replaced.
 */
export async function writeExport(
  surroundings: Pick<Surroundings, "directory">,
  file: string,
  content: AsyncIterable<Uint8Array>,
): Promise<void> {
  const path = pathOf(surroundings, file);
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID()}.draft`);
  try {
    // It tells of weaknesses, so it is nobody else's until its owner says so. What is at this name already is not opened.
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
      throw new Fault("conflict", `${file} is already there, and stays as it is.`, {
        place: file,
        next: "Give another name with -o, e.g. one with the date.",
        cause: error,
      });
    }
    if (codeOf(error) === undefined) throw error;
    throw new Fault("config-invalid", `${file} cannot be written: ${reason(error)}.`, {
      place: path,
      next: "Give a file in a directory that you may write to.",
      cause: error,
    });
  } finally {
    await rm(draft, { force: true });
  }
}

/** Gives the draft its name if nothing has it, which renaming alone does not ask. */
async function nameOnce(draft: string, path: string): Promise<void> {
  try {
    await link(draft, path);
  } catch (error) {
    // Sticks and network shares often have no second names.
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(codeOf(error) ?? "")) throw error;
    await (await open(path, "wx", 0o600)).close();
    await rename(draft, path);
  }
}

function unreadable(file: string, error: unknown): Fault {
  return new Fault("config-invalid", `${file} cannot be read: ${reason(error)}.`, {
    place: file,
    next: "Check the name of the file, and that you may read it.",
    cause: error,
  });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

function reason(error: unknown): string {
  switch (codeOf(error)) {
    case "ENOENT":
      return "it, or a directory of its path, is not there";
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
