import type { Party } from "../../model/index.ts";

/** The same person on both sides of a decision. */
export interface SamePerson {
  readonly approving: Party;
  readonly proposing: Party;
}

/**
 * The person who is behind the approval and behind a proposal of the same ports; undefined if there is none. Accounts do
 * not matter, and neither does the way in which anybody is behind it.
 */
export function samePerson(approving: readonly Party[], proposing: readonly Party[]): SamePerson | undefined {
  for (const party of approving) {
    const other = proposing.find(({ person }) => person === party.person);
    if (other !== undefined) return { approving: party, proposing: other };
  }
  return undefined;
}
