import { realpathSync } from "node:fs";
import { delimiter, join, relative } from "node:path";

export interface Installation {
  /** The folder that holds `bin/`. */
  readonly root: string;
  readonly directory: string;
  /** The PATH of the environment. */
  readonly path: string;
  readonly platform: NodeJS.Platform;
}

/**
 * How a person starts this very program from `directory`: `portolan` where the PATH leads to it, else its file. Never by
 * `npx`, which takes a second longer, and outside of the clone runs a stranger's package of that name.
 */
export function programName({ root, directory, path, platform }: Installation): string {
  const file = join(root, "bin", platform === "win32" ? "portolan.js" : "portolan");
  // npm and npx add such folders for their children only.
  const folders = path
    .split(delimiter)
    .filter((folder) => folder !== "" && !/node_modules[\\/]\.bin[\\/]?$/.test(folder));
  const first = folders.map((folder) => real(join(folder, "portolan"))).find((found) => found !== undefined);
  if (first !== undefined && first === real(file)) return "portolan";
  const near = directory === root ? relative(directory, file) : file;
  const quoted = /^[\w./:\\-]+$/.test(near) ? near : `"${near}"`;
  return platform === "win32" ? `node ${quoted}` : quoted;
}

function real(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** The text with every command in it as it can be run here: `portolan status` becomes `bin/portolan status`. */
export function commandsAsRunHere(text: string, program: string): string {
  return program === "portolan"
    ? text
    : text.replaceAll(/(?<![\w./-])portolan(?= (?:[a-z]|--|COMMAND))/g, () => program);
}
