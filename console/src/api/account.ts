import type { Account, Permission } from "../../../src/contract/index.ts";
import { queryOptions } from "@tanstack/react-query";
import { send } from "./call.ts";
import { Problem } from "./problem.ts";

export type Me = Account & {
  /** What their roles permit now; `permissions` is what a key of theirs could have. */
  readonly may: readonly Permission[];
};

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
