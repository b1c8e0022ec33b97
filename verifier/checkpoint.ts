import { fromBase64, toBase64 } from "./bytes.ts";
import { HASH_BYTES } from "./tree.ts";

/** What a checkpoint states: this log had this many entries, and this was its root. */
export interface CheckpointBody {
  /** Name of the log; the key that signs has the same name. */
  readonly origin: string;
  /** Entries in the log. */
  readonly size: number;
  readonly rootHash: Uint8Array;
}

/** C2SP tlog-checkpoint note text: `origin\nsize\nbase64 root\n`. */
export function formatCheckpointBody(body: CheckpointBody): string {
  return `${body.origin}\n${body.size}\n${toBase64(body.rootHash)}\n`;
}

/** Reads a tlog-checkpoint note text strictly; extension lines are allowed and ignored. */
export function parseCheckpointBody(text: string): CheckpointBody | undefined {
  if (!text.endsWith("\n")) return undefined;
  const [origin, decimal, encoded, ...extensions] = text.slice(0, -1).split("\n");
  if (origin === undefined || decimal === undefined || encoded === undefined) return undefined;
  if (origin === "" || extensions.includes("") || !/^(0|[1-9]\d*)$/.test(decimal)) return undefined;
  const size = Number(decimal);
  const rootHash = fromBase64(encoded);
  if (!Number.isSafeInteger(size) || rootHash?.length !== HASH_BYTES) return undefined;
  return { origin, size, rootHash };
}
