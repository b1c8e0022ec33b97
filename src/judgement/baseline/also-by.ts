import { formatInstant, type Party } from "../../model/index.ts";

/** A person behind a decision besides the one who made it, as entries and results show them. */
export interface AlsoBy {
  readonly name: string;
  /** They made the password link or the key that was used. */
  readonly through: "link" | "key";
  /** When the link was used or the key was made, RFC 3339 in UTC. */
  readonly since?: string;
}

/** The field of entries and results; absent if nobody else is behind the decision. */
export function alsoBy(parties: readonly Party[]): { alsoBy?: AlsoBy[] } {
  const others = parties.flatMap(({ name, through, since }): AlsoBy[] =>
    through === "account" ? [] : [{ name, through, ...(since === undefined ? {} : { since: formatInstant(since) }) }],
  );
  return others.length === 0 ? {} : { alsoBy: others };
}

/** The parties of a decision as its entry states them, all of them with the ids of their persons. */
export function partiesJson(parties: readonly Party[]) {
  return parties.map(({ person, name, through, since }) => ({
    person,
    name,
    through,
    ...(since === undefined ? {} : { since: formatInstant(since) }),
  }));
}
