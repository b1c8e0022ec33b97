import type { Account, Access } from "../../contract/index.ts";
import { recordChange } from "../../record/change/index.ts";
import { Fault, formatInstant, type Clock, type Entry, type Principal, type Role } from "../../model/index.ts";
import type { Store } from "../../platform/storage/index.ts";
import { createRefusals } from "../refusals.ts";
import { isInForce, rolesInForce } from "../roles.ts";
import { createSlots } from "../slots.ts";
import { createGuessLimiter, waiting } from "../guess-limiter.ts";
import type { SsoConfig } from "./auth.ts";
import { recordEvidenceRead } from "./evidence-read.ts";
import { homeSecret } from "./home-secret.ts";
import { createLinks } from "./links.ts";
import { hashPassword } from "./password.ts";
import { createPeople } from "./people.ts";
import { instantOf, isSecondFactorDue, keyHolder, personOf } from "./principals.ts";
import { createSignedPeople } from "./signed-people.ts";
import { readUser } from "./user-store.ts";
import type { Ways } from "./ways.ts";

export interface AccessConfig {
  readonly store: Pick<Store, "db" | "transaction">;
  readonly clock: Clock;
  /** The folder with the secret that signs sessions. */
  readonly home: string;
  readonly sso?: SsoConfig | undefined;
  /** The rows of the permission table that these roles have, except those reserved for sessions. */
  readonly permissionsOf: (roles: readonly Role[]) => readonly string[];
  /** Makes guesses cheap, for tests. */
  readonly passwordCost?: { readonly N: number; readonly r: number; readonly p: number } | undefined;
}

/**
 * Guesses processed at once, and how many more may wait: a flood must exhaust neither the processors nor the memory.
 */
const GUESSES = { atOnce: 2, waiting: 64, perAddress: 4 };

/** Users, how they prove who they are, and the record of it. */
export async function createAccess(config: AccessConfig): Promise<Access> {
  const { store, clock } = config;
  const { db } = store;
  const secret = await homeSecret(config.home);
  const throttle = createGuessLimiter({ clock });
  const refusals = createRefusals({ clock });
  const slots = createSlots(GUESSES);
  const signed = createSignedPeople();
  let url = "http://localhost:4600";
  let loaded: Promise<Ways> | undefined;

  const inTurn = async <T>(address: string, work: () => Promise<T>): Promise<T> => {
    const admission = await slots.run(address, work);
    if (admission.kind === "done") return admission.value;
    throw waiting(1_000);
  };
  const write = async (entries: readonly Entry[]): Promise<void> => {
    if (entries.length === 0) return;
    await recordChange({ store }, clock.now(), (change) => change.append(...entries));
  };
  const refused = async ({
    reason,
    address,
    account,
  }: {
    reason: string;
    address: string;
    account?: string | undefined;
  }) => await write(refusals.add({ reason, address, ...(account === undefined ? {} : { account }) }));

  // Requests with a key or the token do not wait for it, and neither does `portolan start`.
  const ways = (): Promise<Ways> =>
    (loaded ??= import("./ways.ts").then(({ createWays }) =>
      createWays({
        store,
        clock,
        secret,
        url,
        sso: config.sso,
        throttle,
        refused,
        inTurn,
        hashPassword: (password) => hashPassword(password, config.passwordCost),
        mayBegin: async (tx, user) => {
          await signed.refuseChangedSignIn(tx, user);
          return (await readUser(tx, user))?.disabledAt === undefined;
        },
        tidy: async () => {
          const now = new Date();
          await db.deleteFrom("identity_verification").where("expires_at", "<", now).execute();
          await db.deleteFrom("identity_session").where("expires_at", "<", now).execute();
        },
        isUser: async (email) =>
          (await db
            .selectFrom("identity_user")
            .select("id")
            .where("email", "=", email.toLowerCase())
            .executeTakeFirst()) !== undefined,
      }),
    ));
  const way = <Name extends Exclude<keyof Ways, "sessionOf">>(name: Name) =>
    (async (...given: unknown[]) => {
      const found = (await ways())[name] as (...all: unknown[]) => Promise<unknown>;
      return await found(...given);
    }) as Ways[Name];

  return {
    serveAt(at) {
      if (at !== url) loaded = undefined;
      url = at;
    },
    people: (principal) =>
      createPeople({ store, clock, url: () => url, permissionsOf: config.permissionsOf }, principal),

    async bySession(caller) {
      if (caller.cookie === undefined || !caller.cookie.includes("portolan.session_token=")) return undefined;
      const found = await (await ways()).sessionOf(caller);
      return found === undefined ? undefined : await personOf({ db, clock, signed }, found.user.id, found.session.id);
    },
    byKey: (key) => keyHolder({ db, clock, signed }, key),

    evidenceRead: (read) => recordEvidenceRead({ store, clock }, read),
    refused: async ({ reason, address, principal }) => await refused({ reason, address, account: principal?.name }),
    close: async () => await write(refusals.counted("now")),

    async beginning() {
      const anybody = await db.selectFrom("identity_user").select("id").limit(1).executeTakeFirst();
      return { firstAdmin: anybody === undefined, sso: config.sso?.name };
    },
    signIn: way("signIn"),
    signInCode: way("signInCode"),
    passkeyChallenge: way("passkeyChallenge"),
    signInPasskey: way("signInPasskey"),
    ssoBegin: way("ssoBegin"),
    ssoReturn: way("ssoReturn"),
    beginCodes: way("beginCodes"),
    confirmCodes: way("confirmCodes"),
    endCodes: way("endCodes"),
    beginPasskey: way("beginPasskey"),
    addPasskey: way("addPasskey"),
    removePasskey: way("removePasskey"),
    ...createLinks({
      store,
      clock,
      hashPassword: (password, address) => inTurn(address, () => hashPassword(password, config.passwordCost)),
    }),

    async signOut(_caller, principal) {
      await recordChange({ store }, clock.now(), async (change) => {
        const ended = await change.tx
          .deleteFrom("identity_session")
          .where("id", "=", principal.id ?? "")
          .returning("id")
          .executeTakeFirst();
        if (ended === undefined) return;
        change.append({ type: "signed-out", at: clock.now(), data: { by: principal.name } });
      });
      const name = `${url.startsWith("https:") ? "__Secure-" : ""}portolan.session_token`;
      const secure = url.startsWith("https:") ? "; Secure" : "";
      return { value: undefined, cookies: [`${name}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax${secure}`] };
    },

    account: (principal) => readAccount(principal),
  };

  async function readAccount(principal: Principal): Promise<Account> {
    const now = clock.now();
    const user = await readUser(db, principal.user ?? "");
    if (user === undefined) throw new Fault("not-found", "Only users have an account.", { next: "Sign in." });
    const passkeys = await db
      .selectFrom("identity_passkey")
      .select(["id", "name", "created_at"])
      .where("user_id", "=", user.id)
      .execute();
    const roles = rolesInForce(user.grants, now);
    return {
      email: user.email,
      name: user.name,
      roles: user.grants.map(({ role, from, to }) => ({
        role,
        ...(from === undefined ? {} : { from: formatInstant(from) }),
        ...(to === undefined ? {} : { to: formatInstant(to) }),
        inForce: isInForce({ from, to }, now),
      })),
      permissions: config.permissionsOf(roles),
      secondFactor: user.secondFactor,
      secondFactorDue: isSecondFactorDue(user, roles),
      password: user.password,
      passkeys: passkeys.map(({ id, name, created_at }) => ({
        id,
        name: name ?? "passkey",
        createdAt: instantOf(created_at),
      })),
    };
  }
}
