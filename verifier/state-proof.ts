import { contains, parseAddress } from "./addresses.ts";
import { fromBase64, fromHex } from "./bytes.ts";
import { parseCheckpointBody } from "./checkpoint.ts";
import { parseAsked } from "./endpoint.ts";
import { hostLeafHash, readHostLeaf, stateIn as stateOf } from "./host-leaf.ts";
import { listOf, membersOf, parsedJson, textIn } from "./json.ts";
import { checkNote, parseNote, type VerifierKey } from "./note.ts";
import { verifyInclusion } from "./proofs.ts";
import { HASH_BYTES, textLeafHash } from "./tree.ts";

/** A leaf's place in a tree, with the hashes beside it (base64), from the leaf up (RFC 9162, section 2.1.3). */
export interface Place {
  readonly index: number;
  readonly size: number;
  readonly hashes: readonly string[];
}

/** A proof that one endpoint was in a state in a run of a sweep. It shows one host, and nothing of others. */
export interface StateProof {
  /** `tcp/192.0.2.1:22` */
  readonly endpoint: string;
  readonly state: string;
  /** The host's state as it was committed to: its text, and the salt (base64). */
  readonly host: Place & { readonly text: string; readonly salt: string };
  /** The number of the run, or of the looks with the same states, among those that the entry lists, from 0. */
  readonly run: number;
  /** The run or the look, RFC 3339, as the entry states it. */
  readonly from: string;
  readonly to: string;
  /** The `sweep-finished` or `looks-recorded` entry, as it was hashed. */
  readonly entry: Place & { readonly body: string };
  /** The signed checkpoint over `entry.size` entries; absent: none is signed yet. */
  readonly note?: string | undefined;
}

export type StateProofCheck =
  | { readonly outcome: "proved"; readonly signedBy: string | undefined }
  | { readonly outcome: "refused"; readonly problem: string };

/**
 * Follows a proof from the host's text to the root of the log: the text has the endpoint in the state, the host is in the
 * tree that the entry states for the run, the entry is in the log, and a checkpoint with its root is signed by the key.
 * Without a key or a checkpoint, `rootHash` has to be known from elsewhere.
 */
export async function checkStateProof(
  proof: StateProof,
  trust: { readonly key?: VerifierKey | undefined; readonly rootHash?: Uint8Array | undefined },
): Promise<StateProofCheck> {
  const refused = (problem: string): StateProofCheck => ({ outcome: "refused", problem });
  const { host, entry, note } = proof;
  if (stateIn(host.text, proof.endpoint) !== proof.state)
    return refused("the host's text has the endpoint in another state");
  const salt = fromBase64(host.salt);
  const states = rootOfRun(proof);
  if (salt === undefined || states === undefined)
    return refused("the entry states no tree of host states for the run or look");
  const leafHash = hostLeafHash(salt, host.text);
  if (!isIncluded(host, leafHash, states))
    return refused("the host is not in the tree of states that the entry states");

  const signed = note === undefined ? undefined : parseNote(note);
  const checkpoint = signed === undefined ? undefined : parseCheckpointBody(signed.text);
  const root = checkpoint?.rootHash ?? trust.rootHash;
  if (root === undefined || (checkpoint !== undefined && checkpoint.size !== entry.size)) {
    return refused("no checkpoint over as many entries comes with it");
  }
  if (!isIncluded(entry, textLeafHash(entry.body), root))
    return refused("the entry is not in the log of the checkpoint");
  if (signed === undefined || trust.key === undefined) return { outcome: "proved", signedBy: undefined };
  const { outcome } = await checkNote(signed, [trust.key]);
  return outcome === "verified"
    ? { outcome: "proved", signedBy: trust.key.id }
    : refused("the checkpoint is not signed by the key");
}

/** The state of an endpoint in the text of a host state; undefined: the text does not include the endpoint. */
export function stateIn(text: string, endpoint: string): string | undefined {
  const asked = parseAsked(endpoint);
  const address = asked && parseAddress(asked.host);
  const leaf = readHostLeaf(text, undefined, 0);
  if (asked === undefined || address === undefined || leaf === undefined) return undefined;
  return contains(leaf.range, address) ? stateOf(leaf, asked.transport, asked.port) : undefined;
}

function isIncluded({ index, size, hashes }: Place, leafHash: Uint8Array, root: Uint8Array): boolean {
  const path = hashes.map(fromBase64);
  return path.every((hash) => hash !== undefined) && verifyInclusion({ index, size, leafHash, root, path });
}

/** The root of what the run or the look saw; undefined: the entry states none for these times. */
function rootOfRun({ entry, run, from, to }: StateProof): Uint8Array | undefined {
  const { type, data } = membersOf(parsedJson(entry.body));
  const { runs, looks } = membersOf(data);
  const { states, probedFrom, probedTo, times } = membersOf(listOf(type === "looks-recorded" ? looks : runs)[run]);
  const isStated =
    type === "looks-recorded"
      ? listOf(times).some((time) => {
          const [start, took] = listOf(time);
          return start === from && Date.parse(from) + Number(took) === Date.parse(to);
        })
      : type === "sweep-finished" && probedFrom === from && probedTo === to;
  const root = isStated ? fromHex(textIn(states)) : undefined;
  return root?.length === HASH_BYTES ? root : undefined;
}
