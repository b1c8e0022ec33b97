import { shown } from "../entry.ts";
import { checkNote, type Note, type VerifierKey } from "../note.ts";

/** Whether keys of the log signed a note; `unchecked`: this browser cannot check Ed25519. `problem` is a clause. */
export type SignedBy =
  | { readonly outcome: "signed"; readonly keys: readonly VerifierKey[]; readonly problem?: undefined }
  | { readonly outcome: "unchecked"; readonly problem?: undefined }
  | { readonly outcome: "bad"; readonly problem: string };

export async function signedBy(note: Note, keys: readonly VerifierKey[]): Promise<SignedBy> {
  const check = await checkNote(note, keys);
  if (check.outcome === "verified") return { outcome: "signed", keys: check.keys };
  if (check.outcome === "unchecked") return { outcome: "unchecked" };
  if (check.outcome === "unknown-keys") {
    return { outcome: "bad", problem: `no key of the log signed it, but ${shown(check.signers.join(", "))}` };
  }
  const twice = check.outcome === "repeated-signature";
  const { name, id } = check.key;
  return {
    outcome: "bad",
    problem: twice ? `${name}+${id} signed it twice` : `the signature of ${name}+${id} is not that key's`,
  };
}
