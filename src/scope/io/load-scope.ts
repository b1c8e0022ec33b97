import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { Fault, type Scope } from "../../model/index.ts";
import { printable } from "../../platform/documents/index.ts";
import { parseScope } from "../parse-scope.ts";

const LARGEST = 1024 * 1024;

interface Loaded {
  readonly scope: Scope;
  readonly document: string;
  /** The text of each list file, by its path. */
  readonly lists: ReadonlyMap<string, string>;
}

/** The last scope from each path: as a rule its texts have not changed since, and parsing takes longer than reading. */
const latest = new Map<string, Loaded>();

/**
 * Reads a scope and the list files it names. As long as none of their texts changes, it is the same object.
 *
 * @returns the scope, and the document verbatim
 * @throws Fault `config-invalid` when a file is missing, unreadable, too large, not text, or invalid
 */
export function loadScope(path: string): { scope: Scope; document: string } {
  const document = readText(path, "Write one with: portolan init.");
  const readList = (list: string): string => readText(list, "Create it, or remove the file: reference.");
  const before = latest.get(path);
  if (before?.document === document && [...before.lists].every(([list, text]) => readList(list) === text))
    return before;
  const lists = new Map<string, string>();
  const scope = parseScope(document, path, (list) => {
    const text = readList(list);
    lists.set(list, text);
    return text;
  });
  const loaded = { scope, document, lists };
  latest.set(path, loaded);
  return loaded;
}

/** The text of a file of at most 1 MiB. @throws Fault `config-invalid` */
export function readText(path: string, whenMissing: string): string {
  const shown = printable(path, 300);
  const invalid = (message: string, next: string, cause?: unknown): Fault =>
    new Fault("config-invalid", message, { next, place: shown, cause });
  let bytes: Buffer;
  try {
    // A named pipe without a writer must not hang the command.
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const status = fstatSync(descriptor);
      if (!status.isFile()) throw invalid(`${shown} is not a file`, "Give the path of a text file.");
      if (status.size > LARGEST)
        throw invalid(
          `${shown} is larger than 1 MiB`,
          "Write ranges instead of single addresses, or split it into several list files.",
        );
      bytes = readFileSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    switch (code) {
      case "ENOENT":
      case "ENOTDIR":
        throw invalid(`${shown} does not exist`, whenMissing, cause);
      case "EACCES":
      case "EPERM":
        throw invalid(
          `${shown} is not readable by this user`,
          "Give this user read permission, or run as a user who has it.",
          cause,
        );
      default:
        throw invalid(
          `${shown} cannot be read (${code === "" ? "unknown error" : code})`,
          "Check the path and the file system.",
          cause,
        );
    }
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw invalid(`${shown} is not UTF-8 text`, "Save it as UTF-8.", cause);
  }
}
