import { randomUUID } from "node:crypto";
import type { Access } from "../../contract/index.ts";
import { recordChange } from "../../record/change/index.ts";
import { Fault, formatInstant, type Clock } from "../../model/index.ts";
import { holdRule, type Store, type Tx } from "../../platform/storage/index.ts";
import { passwordProblem } from "../password-rule.ts";
import { commitmentTo, digestOf, isLinkToken } from "../secret.ts";
import { anyUser } from "./parties.ts";
import { endSessions, findUser, replaceGrants } from "./user-store.ts";

export interface LinkDeps {
  readonly store: Pick<Store, "db" | "transaction">;
  readonly clock: Clock;
  readonly hashPassword: (password: string, address: string) => Promise<string>;
}

/**
 * Uses a one-time link: sets the password and, with the first admin's link, creates that admin. Each link works once:
 * an UPDATE claims its row, and only one of two concurrent requests can win.
 */
export function createLinks({ store, clock, hashPassword }: LinkDeps): Pick<Access, "useLink" | "linkFor"> {
  const openLink = async (token: string, now: Date) => {
    const link = isLinkToken(token)
      ? await store.db
          .selectFrom("one_time_link")
          .select(["purpose", "user_id"])
          .where("digest", "=", digestOf(token))
          .where("used_at", "is", null)
          .where("expires_at", ">", now)
          .executeTakeFirst()
      : undefined;
    // The first admin exists: their link was used elsewhere.
    if (link === undefined || (link.purpose === "first-admin" && (await anyUser(store.db)))) throw spent();
    return { link, user: link.user_id === null ? undefined : await findUser(store.db, link.user_id) };
  };

  return {
    async linkFor({ token }) {
      const { user } = await openLink(token, new Date(clock.now()));
      return user === undefined ? { firstAdmin: true } : { firstAdmin: false, email: user.email, name: user.name };
    },

    async useLink(caller, { token, email, name, password }) {
      const now = new Date(clock.now());
      const digest = digestOf(token);
      const { link, user: owner } = await openLink(token, now);
      if (link.purpose === "first-admin" && (email === undefined || name === undefined)) {
        throw new Fault("config-invalid", "The first admin needs a name and an e-mail address.", {
          next: "Fill in the whole form.",
        });
      }
      const weak = passwordProblem(password, [email, name, owner?.email, owner?.name].filter(isText));
      if (weak !== undefined) {
        throw new Fault("config-invalid", `This password is easy to guess. ${weak}`, {
          next: "Choose four or more words that do not belong together, or let a password manager choose one.",
        });
      }
      // Before the transaction: it takes a while, and the embedded database has only one connection.
      const hash = await hashPassword(password, caller.address);
      return await recordChange({ store }, now.getTime(), async (change) => {
        const { tx } = change;
        await holdRule(tx, "users");
        const claimed = await tx
          .updateTable("one_time_link")
          .set({ used_at: now })
          .where("digest", "=", digest)
          .where("used_at", "is", null)
          .where("expires_at", ">", now)
          .returning(["purpose", "user_id"])
          .executeTakeFirst();
        if (claimed === undefined) throw spent();
        const id = claimed.user_id ?? (await firstAdmin(tx, { email: email ?? "", name: name ?? "" }));
        await tx.updateTable("one_time_link").set({ used_by: id }).where("digest", "=", digest).execute();
        const user = await findUser(tx, id);
        await tx
          .insertInto("identity_account")
          .values({ id: randomUUID(), user_id: id, provider_id: "credential", account_id: id, password: hash })
          .onConflict((conflict) => conflict.columns(["provider_id", "account_id"]).doUpdateSet({ password: hash }))
          .execute();
        await endSessions(tx, id);
        change.append({
          type: user.joined ? "password-set" : "user-joined",
          at: clock.now(),
          data: {
            user: user.email,
            name: user.name,
            address: caller.address,
            id,
            link: commitmentTo(digest),
            usedAt: formatInstant(now.getTime()),
            password: commitmentTo(hash),
            ...(claimed.purpose === "first-admin" ? { roles: ["admin"] } : {}),
          },
        });
        return { email: user.email };
      });
    },
  };

  async function firstAdmin(tx: Tx, { email, name }: { email: string; name: string }): Promise<string> {
    const id = randomUUID();
    if (await anyUser(tx)) throw spent();
    await tx
      .insertInto("identity_user")
      .values({ id, email: email.toLowerCase(), email_verified: true, name, image: null, disabled_at: null })
      .execute();
    await replaceGrants(tx, id, [{ role: "admin" }]);
    return id;
  }
}

function isText(text: string | undefined): text is string {
  return text !== undefined;
}

function spent(): Fault {
  return new Fault("forbidden", "This link was used, has expired, or was replaced by a newer one.", {
    next: "Ask an admin for a new one, or run portolan users link on the machine itself.",
  });
}
