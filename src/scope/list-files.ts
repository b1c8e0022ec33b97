import { Fault } from "../model/index.ts";
import { parseScope } from "./parse-scope.ts";

/** The paths of the list files that a scope document reads addresses from, relative to it; what they list is not needed. */
export function listFilesOf(document: string): string[] {
  const files = new Set<string>();
  try {
    parseScope(document, "portolan.yaml", (path) => {
      files.add(path);
      return "";
    });
  } catch (error) {
    // An empty list is a problem of a scope, and expected here.
    if (!(error instanceof Fault)) throw error;
  }
  return [...files];
}
