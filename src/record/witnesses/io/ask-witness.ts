import {
  checkCosignatures,
  formatSignature,
  fromBase64,
  parseNote,
  sameHash,
  verifyConsistency,
  type PolicyWitness,
} from "@portolan/verifier";
import { counted, type Instant } from "../../../model/index.ts";
import type { Egress } from "../../../platform/egress/index.ts";
import type { Checkpoint } from "../../evidence/index.ts";
import { addCheckpointBody, readAnswer } from "../add-checkpoint.ts";
import type { Growth } from "./growth.ts";

/**
 * The outcome of asking a witness for its cosignature of a checkpoint:
 *
 * - `cosigned`: its line, which was verified, or which is of a kind that nothing here verifies
 * - `disagrees`: it holds a history that this log does not extend. Another request cannot help
 * - `later`: it refused or did not answer; a later request may succeed
 * - `broken`: the entries do not give the signed root, so nothing was sent
 */
export type Witnessing =
  | { readonly outcome: "cosigned"; readonly line: string; readonly at: Instant }
  | { readonly outcome: "disagrees"; readonly witnessed: number; readonly status: number; readonly problem: string }
  | { readonly outcome: "later"; readonly problem: string }
  | { readonly outcome: "broken"; readonly problem: string };

export interface Asking {
  readonly egress: Egress;
  readonly growth: (old: number, size: number) => Promise<Growth | undefined>;
  readonly witness: PolicyWitness & { readonly url: string };
  readonly checkpoint: Checkpoint;
  /** The size that this witness cosigned last, as far as the record knows; 0: none. */
  readonly last: number;
  readonly signal?: AbortSignal | undefined;
}

/** Submits a checkpoint by `add-checkpoint`. If the witness names another size, the proof is made once more from there. */
export async function askWitness(asking: Asking): Promise<Witnessing> {
  const first = await submit(asking, Math.min(asking.last, asking.checkpoint.size));
  if (first.outcome !== "conflict") return first;
  const { size } = asking.checkpoint;
  const witnessed = first.size;
  if (witnessed === undefined) return { outcome: "later", problem: "it answered 409 without the size it cosigned" };
  const disagrees = (problem: string): Witnessing => ({ outcome: "disagrees", witnessed, status: 409, problem });
  if (witnessed > size)
    return disagrees(
      `it has cosigned ${counted(witnessed, "entry", "entries")}, and this log has a checkpoint over ${size}: the log was set back, or somebody else signs with its key`,
    );
  if (witnessed === first.old)
    return disagrees(`it has cosigned another history of ${counted(witnessed, "entry", "entries")}`);
  const second = await submit(asking, witnessed);
  if (second.outcome !== "conflict") return second;
  if (second.size === witnessed)
    return disagrees(`it has cosigned another history of ${counted(witnessed, "entry", "entries")}`);
  return { outcome: "later", problem: "the size that it cosigned changed between two requests" };
}

type Submitted = Witnessing | { readonly outcome: "conflict"; readonly old: number; readonly size: number | undefined };

async function submit({ egress, growth, witness, checkpoint, signal }: Asking, old: number): Promise<Submitted> {
  const { note, size } = checkpoint;
  const grown = await growth(old, size);
  const root = fromBase64(checkpoint.rootHash);
  if (grown === undefined || root === undefined || !sameHash(grown.root, root) || !isProven(grown, old, size))
    return { outcome: "broken", problem: `the entries do not give the root that was signed over ${size} of them` };
  const reply = await egress.fetch(`${witness.url.replace(/\/+$/, "")}/add-checkpoint`, {
    method: "POST",
    headers: { "content-type": "text/plain; charset=utf-8" },
    body: addCheckpointBody({ old, proof: grown.proof, note }),
    maxBytes: 64 * 1024,
    signal,
  });
  if (reply.outcome !== "answered") return { outcome: "later", problem: reply.problem };
  const answer = readAnswer(reply.status, reply.headers["content-type"], reply.body);
  switch (answer.outcome) {
    case "cosigned":
      return await ownLine(witness, note, answer.lines);
    case "conflict":
      return { outcome: "conflict", old, size: answer.size };
    case "inconsistent": {
      const problem = `it has cosigned another history: its first ${counted(old, "entry", "entries")} are not those of this log`;
      return { outcome: "disagrees", witnessed: old, status: 422, problem };
    }
    case "refused":
      return { outcome: "later", problem: answer.problem };
  }
}

/** A proof that does not verify here would make the witness say that the log was forked. */
function isProven({ proof, oldRoot, root }: Growth, first: number, second: number): boolean {
  // The empty tree is a prefix of every tree, and needs no proof.
  return first === 0 || verifyConsistency({ first, second, firstRoot: oldRoot, secondRoot: root, path: proof });
}

async function ownLine({ key }: PolicyWitness, note: string, lines: string): Promise<Witnessing> {
  const cosigned = parseNote(`${note}${lines}`);
  if (cosigned === undefined) return { outcome: "later", problem: "it answered with something else than signatures" };
  const [check] = await checkCosignatures(cosigned, [key]);
  const line = cosigned.signatures.find(({ name, keyId }) => name === key.name && keyId === key.id);
  if (check === undefined || line === undefined)
    return { outcome: "later", problem: `it signed with another key than that of ${key.name}` };
  if (check.outcome === "refused") return { outcome: "later", problem: `its answer ${check.problem}` };
  return { outcome: "cosigned", line: formatSignature(key, line.signature), at: check.seconds * 1_000 };
}
