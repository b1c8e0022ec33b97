import type { People, SessionsResult } from "../../contract/index.ts";
import { recordChange } from "../../record/change/index.ts";
import type { Principal } from "../../model/index.ts";
import { entriesBy, notYours, rulesOthers, type PeopleDeps } from "./acting.ts";
import { findUser } from "./user-store.ts";

/** The sessions in which users are signed in, as `principal` sees and ends them. */
export function createSessions(deps: PeopleDeps, principal: Principal): People["sessions"] {
  const { store, clock } = deps;
  const { db } = store;
  const entry = entriesBy(principal, clock);

  return {
    list: async ({ all }): Promise<SessionsResult> => {
      const rows = await db
        .selectFrom("identity_session as session")
        .innerJoin("identity_user as user", "user.id", "session.user_id")
        .select([
          "session.id",
          "user.email",
          "session.ip_address",
          "session.user_agent",
          "session.created_at",
          "session.expires_at",
        ])
        .where("session.expires_at", ">", new Date(clock.now()))
        .$if(all !== true, (query) => query.where("session.user_id", "=", principal.user ?? ""))
        .orderBy("session.created_at", "desc")
        .limit(1_000)
        .execute();
      return {
        schema: "portolan.sessions/1",
        sessions: rows.map((row) => ({
          id: row.id,
          user: row.email,
          current: principal.kind === "person" && row.id === principal.id,
          address: row.ip_address ?? "",
          agent: (row.user_agent ?? "").slice(0, 300),
          createdAt: row.created_at.toISOString(),
          expiresAt: row.expires_at.toISOString(),
        })),
      };
    },

    revoke: async ({ id }) =>
      await recordChange(deps, clock.now(), async (change) => {
        const { tx } = change;
        const ended = await tx
          .deleteFrom("identity_session")
          .where("id", "=", id)
          .$if(!rulesOthers(principal), (query) => query.where("user_id", "=", principal.user ?? ""))
          .returning("user_id")
          .executeTakeFirst();
        if (ended === undefined) throw notYours("session", id);
        const user = await findUser(tx, ended.user_id);
        change.append(entry("session-revoked", { session: id, user: user.email }));
        return { schema: "portolan.session-revoked/1", session: id };
      }),
  };
}
