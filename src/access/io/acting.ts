import {
  Fault,
  type Clock,
  type Entry,
  type EntryType,
  type JsonValue,
  type Principal,
  type Role,
} from "../../model/index.ts";
import type { Store } from "../../platform/storage/index.ts";

export interface PeopleDeps {
  readonly store: Pick<Store, "db" | "transaction">;
  readonly clock: Clock;
  /** Where browsers reach the server. */
  readonly url: () => string;
  /** Which rows of the permission table these roles have; what belongs to a session alone is not among them. */
  readonly permissionsOf: (roles: Role[]) => readonly string[];
}

/** Makes entries that say who did it. */
export function entriesBy({ name, kind }: Principal, clock: Clock) {
  return (type: EntryType, data: { readonly [key: string]: JsonValue }): Entry => ({
    type,
    at: clock.now(),
    data: { ...data, by: { name, kind } },
  });
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
