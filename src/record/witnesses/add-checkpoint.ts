import { toBase64 } from "@portolan/verifier";

/**
 * C2SP tlog-witness (c2sp.org/tlog-witness), `add-checkpoint`: the size that the witness cosigned last, the proof that
 * the new tree extends that one, an empty line, the checkpoint.
 */
export function addCheckpointBody(asked: {
  readonly old: number;
  readonly proof: readonly Uint8Array[];
  readonly note: string;
}): string {
  return `old ${asked.old}\n${asked.proof.map((hash) => `${toBase64(hash)}\n`).join("")}\n${asked.note}`;
}

/**
 * The answer of a witness by its status:
 *
 * - `cosigned`: its signature lines
 * - `conflict`: it cosigned a tree of `size` last, and needs the proof from there; undefined: it did not say which
 * - `inconsistent`: the proof does not lead from its tree to this one
 * - `refused`: it does not serve this log, does not know its key, or anything else
 */
export type WitnessAnswer =
  | { readonly outcome: "cosigned"; readonly lines: string }
  | { readonly outcome: "conflict"; readonly size: number | undefined }
  | { readonly outcome: "inconsistent" }
  | { readonly outcome: "refused"; readonly problem: string };

export function readAnswer(status: number, contentType: string | undefined, body: Uint8Array): WitnessAnswer {
  const text = Buffer.from(body).toString("utf8");
  switch (status) {
    case 200:
      return { outcome: "cosigned", lines: text };
    case 409:
      return { outcome: "conflict", size: contentType?.startsWith(SIZE_TYPE) === true ? sizeIn(text) : undefined };
    case 422:
      return { outcome: "inconsistent" };
    case 403:
      return { outcome: "refused", problem: "it does not know the key of this log (status 403)" };
    case 404:
      return { outcome: "refused", problem: "it does not serve this log (status 404)" };
    default:
      return { outcome: "refused", problem: `it answered with status ${status}` };
  }
}

const SIZE_TYPE = "text/x.tlog.size";

function sizeIn(text: string): number | undefined {
  const size = /^(0|[1-9]\d{0,15})\n$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(size) ? size : undefined;
}
