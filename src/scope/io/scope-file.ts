import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, resolve } from "node:path";
import { Fault, type Scope } from "../../model/index.ts";
import { printable } from "../../platform/documents/index.ts";
import { parseScope } from "../parse-scope.ts";
import { readText } from "./load-scope.ts";

/** SHA-256 of the text of portolan.yaml, in hex: a change names the text that it replaces. */
export function fileDigest(document: string): string {
  return createHash("sha256").update(document).digest("hex");
}

/** The text of portolan.yaml as it is now. @throws Fault `config-invalid` when it cannot be read */
export function readScopeFile(path: string): string {
  return readText(path, "Write one with: portolan init.");
}

/**
 * Reads a document as if portolan.yaml held it. It reads only those list files that portolan.yaml itself names already: who edits
 * it from afar must not read other files of this machine through the problems they would cause.
 *
 * @throws Fault `config-invalid` with every problem, under the name portolan.yaml
 */
export function readScopeDraft(path: string, document: string): Scope {
  const folder = dirname(path);
  const named = new Set<string>();
  try {
    parseScope(readScopeFile(path), NAME, (list) => {
      named.add(list);
      return "";
    });
  } catch (error) {
    // A list that is empty, or a file with errors: the lists before it are named all the same.
    if (!(error instanceof Fault)) throw error;
  }
  return parseScope(document, NAME, (list) => {
    if (named.has(list)) return readText(resolve(folder, list), "Create it, or remove the file: reference.");
    throw new Fault(
      "config-invalid",
      `portolan.yaml does not read ${printable(list, 300)}, so this change cannot add it`,
      {
        next: "Name it in portolan.yaml on the server's machine, or list its addresses here.",
        place: printable(list, 300),
      },
    );
  });
}

const NAME = "portolan.yaml";

/**
 * Replaces portolan.yaml in one step: a reader finds the text before or the text after, never a part.
 *
 * @throws Fault `system-failed` when this process must not write there
 */
export function writeScopeFile(path: string, document: string): void {
  let draft: string | undefined;
  try {
    // A link stays a link: what it leads to is replaced.
    const place = realpathSync(path);
    const { mode } = statSync(place);
    draft = `${place}.${randomBytes(6).toString("hex")}`;
    const file = openSync(draft, "wx", 0o600);
    try {
      // Writes all of it; writeSync may stop in the middle.
      writeFileSync(file, document);
      fchmodSync(file, mode);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, place);
  } catch (cause) {
    if (draft !== undefined) rmSync(draft, { force: true });
    throw new Fault("system-failed", "portolan.yaml could not be replaced, so nothing was changed.", {
      next: "Give the user that runs Portolan write permission on portolan.yaml and its folder, or change the file on that machine.",
      place: printable(path, 300),
      cause,
    });
  }
}
