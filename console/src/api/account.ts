import type { Account, Permission } from "../../../src/contract/index.ts";
import { queryOptions } from "@tanstack/react-query";
import { send } from "./call.ts";
import { Problem } from "./problem.ts";

export type Me = Account & {
  /** What their roles permit now; `permissions` is what a key of theirs could have. */
  readonly may: readonly Permission[];
  /** The permissions that a key can have, as people read them. */
  readonly permissionWords: Readonly<Record<string, string>>;
};

/** Somebody whose only role in force is that of an auditor. */
export function isOnlyAuditor({ roles }: Pick<Me, "roles">): boolean {
  const inForce = roles.filter((role) => role.inForce);
  return inForce.length > 0 && inForce.every(({ role }) => role === "auditor");
}

/** The signed-in user; null without a session. */
export const meQuery = queryOptions({
  queryKey: ["account"],
  queryFn: async ({ signal }): Promise<Me | null> => {
    try {
      return (await send("GET", "/session/account", undefined, { signal })) as Me;
    } catch (error) {
      if (error instanceof Problem && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

let isLeaving = false;

/** Loads another page, so that nothing of this one stays in memory; once, because a second way would cancel the first. */
export function leaveFor(path: string): void {
  if (isLeaving) return;
  isLeaving = true;
  window.location.assign(path);
}

/** Where somebody wanted to go before signing in: a path of this server only, so that no link leads elsewhere. */
export function wantedPath(given: string | null): string {
  return given !== null && /^\/(?![/\\])/.test(given) ? given : "/";
}

const WANTED = "portolan-wanted";

/** Keeps the wanted path while another server signs them in. */
export function keepWanted(path: string): void {
  sessionStorage.setItem(WANTED, path);
}

export function takeWanted(): string | undefined {
  const kept = sessionStorage.getItem(WANTED) ?? undefined;
  sessionStorage.removeItem(WANTED);
  return kept;
}
