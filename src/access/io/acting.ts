import { Fault, type Clock, type EntryData, type EntryOf, type Principal, type Role } from "../../model/index.ts";
import type { Store } from "../../platform/storage/index.ts";

export interface PeopleDeps {
  readonly store: Pick<Store, "db" | "transaction">;
  readonly clock: Clock;
  /** Where browsers reach the server. */
  readonly url: () => string;
  /** Which rows of the permission table these roles have; what belongs to a session alone is not among them. */
  readonly permissionsOf: (roles: Role[]) => readonly string[];
}

/** Types of entries that say who did it. */
type DoneBy = {
  [Type in keyof EntryData]: EntryData[Type] extends { readonly by: object } ? Type : never;
}[keyof EntryData];

/** Makes entries that say who did it. */
export function entriesBy({ name, kind }: Principal, clock: Clock) {
  return <Type extends DoneBy>(type: Type, data: Omit<EntryData[Type], "by">): EntryOf<Type> =>
    ({ type, at: clock.now(), data: { ...data, by: { name, kind } } }) as unknown as EntryOf<Type>;
}

/** Who acts on what belongs to others: admins, and whoever runs the installation. */
export function rulesOthers(principal: Principal): boolean {
  return principal.roles.includes("admin") && principal.kind !== "key";
}

export function notYours(what: string, id: string): Fault {
  return new Fault("not-found", `There is no ${what} ${id} in use that is yours.`, {
    next: `See portolan ${what}s list.`,
  });
}
