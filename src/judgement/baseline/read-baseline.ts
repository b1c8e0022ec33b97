import { createHash } from "node:crypto";
import { inTurns, type AuthorizedPort } from "../../model/index.ts";
import { digestInPieces } from "./digest.ts";
import { parseInPieces, type ReadOptions } from "./parse-baseline.ts";

/** A port baseline that was read without errors. */
export interface ReadBaseline {
  readonly document: string;
  readonly file: string;
  readonly ports: readonly AuthorizedPort[];
  /** Of the ports. */
  readonly digest: string;
  /** SHA-256 (hex) of the document: the name of a proposal. */
  readonly proposal: string;
}

/** SHA-256 (hex) of a document, as `sha256sum` prints it for its file. */
export function proposalName(document: string): string {
  return createHash("sha256").update(document).digest("hex");
}

/** Reads a port baseline with other work in between. Errors are those of `parseBaseline`. */
export async function readBaseline(document: string, file: string, options: ReadOptions): Promise<ReadBaseline> {
  const ports = await inTurns(parseInPieces(document, file, options));
  return { document, file, ports, digest: await inTurns(digestInPieces(ports)), proposal: proposalName(document) };
}

/** Reads completed port baselines. The last one is kept: it is reviewed, submitted and then approved. */
export function createReadCompleted(): (document: string, file: string) => Promise<ReadBaseline> {
  let latest: ReadBaseline | undefined;
  return async (document, file) => {
    if (latest?.document !== document) {
      // The one before is let go first: two of 100,000 ports would be in memory.
      latest = undefined;
      latest = await readBaseline(document, file, { requireComplete: true });
    }
    return { ...latest, file };
  };
}
