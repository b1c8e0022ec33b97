import type { Problems } from "./problems.ts";

/** The files of a bundle, wherever they are: a folder on disk, or files that a browser was handed. */
export interface BundleFiles {
  /** Relative to the folder of the bundle, with `/`. */
  readonly paths: readonly string[];
  read(path: string): AsyncIterable<Uint8Array>;
}

/** Lower-case letters, digits, dots and dashes: the same name on every file system. */
const NAME = /^(?!\.)[a-z0-9.-]{1,100}$/;

/** The paths that can be read without doubt which file is meant; all others are reported. */
export function soundPaths(paths: readonly string[], problems: Problems): Set<string> {
  const byLowerCase = new Map<string, string>();
  const sound = new Set<string>();
  for (const path of [...paths].sort()) {
    const twin = byLowerCase.get(path.toLowerCase());
    if (twin !== undefined) {
      problems(path, `the name differs from ${twin} in upper and lower case only`);
    } else if (!path.split("/").every((part) => NAME.test(part))) {
      problems(path, "a bundle has no file of such a name");
    } else {
      sound.add(path);
    }
    byLowerCase.set(path.toLowerCase(), path);
  }
  return sound;
}
