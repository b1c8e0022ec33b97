import { Fault, type Clock, type EntryData, type EntryOf, type Principal, type Role } from "../../model/index.ts";
import type { Store } from "../../platform/storage/index.ts";

export interface PeopleDeps {
  readonly store: Pick<Store, "db" | "transaction">;
  readonly clock: Clock;
  /** The URL at which browsers reach the server. */
  readonly url: () => string;
  /** The rows of the permission table that these roles have, except those reserved for sessions. */
  readonly permissionsOf: (roles: Role[]) => readonly string[];
}

/** Types of entries that name who did it. */
type DoneBy = {
  [Type in keyof EntryData]: EntryData[Type] extends { readonly by: object } ? Type : never;
}[keyof EntryData];

/** Creates entries that name who did it. */
export function entriesBy({ name, kind, user }: Principal, clock: Clock) {
  return <Type extends DoneBy>(type: Type, data: Omit<EntryData[Type], "by">): EntryOf<Type> =>
    ({ type, at: clock.now(), data: { ...data, by: { name, kind, user: user ?? null } } }) as unknown as EntryOf<Type>;
}

/** Whether the principal manages the keys and sessions of others, as admins and the operator do. */
export function rulesOthers(principal: Principal): boolean {
  return principal.roles.includes("admin") && principal.kind !== "key" && principal.secondFactorDue !== true;
}

export function notYours(what: string, id: string): Fault {
  return new Fault("not-found", `You have no active ${what} ${id}.`, {
    next: `List yours: portolan ${what}s list.`,
  });
}
