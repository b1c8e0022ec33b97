import type { Instant } from "./time.ts";

/**
 * A person behind an act: the one who signed in, or one who knew the secret with which somebody signed in, because they
 * had made the password link or the key.
 */
export interface Party {
  /** The id of one of the person's accounts, the same for all of their accounts; `operator` for the operator. */
  readonly person: string;
  /** Their name in the record. */
  readonly name: string;
  readonly through: "account" | "link" | "key";
  /** When the link was used, or the key was made. */
  readonly since?: Instant | undefined;
}

/** The operator may be any person who can read the token file of the machine. */
export const OPERATOR_PERSON = "operator";
