import type { Principal } from "../../model/index.ts";

const TYPED = "typed by the operator";

/**
 * The approver of an operator's approval, as every surface shows it. The operator has not signed in: the name is text
 * that somebody with access to the token file typed.
 *
 * @param account the account of the operating system that decided; undefined where the record does not say
 */
export function typedBy(account: string | undefined, name: string): string {
  return `${TYPED}${account === undefined ? "" : ` (${account})`}: ${name}`;
}

/** The approver of a stored version: an operator's name from before it was stored as typed is marked, too. */
export function shownApprover(name: string, through: Principal["kind"] | null): string {
  return through !== "operator" || name.startsWith(TYPED) ? name : typedBy(undefined, name);
}
