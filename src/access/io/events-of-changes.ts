import type { Entry } from "../../model/index.ts";
import type { Tx } from "../../platform/storage/index.ts";
import { commitmentTo } from "../secret.ts";

/** The act for which better-auth is working. */
export interface Act {
  readonly method: "password" | "code" | "recovery-code" | "passkey" | "sso" | "account";
  readonly address: string;
  /** The user who is already signed in; undefined before sign-in. */
  readonly user?: string | undefined;
}

export type Row = Readonly<Record<string, unknown>>;

/** A change that better-auth made, in its own names. */
export interface Done {
  readonly model: string;
  readonly kind: "create" | "update" | "delete";
  /** The written values. */
  readonly data: Row;
  readonly where: readonly { readonly field: string; readonly value?: unknown }[];
  /** The row afterwards. */
  readonly result: Row;
}

type Event = Entry extends infer Each ? (Each extends Entry ? Omit<Each, "at"> : never) : never;

/** Whether such a change may have an entry. */
export function hasEntries({ model, kind, data }: Pick<Done, "model" | "kind" | "data">): boolean {
  switch (model) {
    case "session":
    case "account":
      return kind === "create";
    case "user":
      return data["twoFactorEnabled"] !== undefined;
    case "twoFactor":
      return kind === "update" && data["backupCodes"] !== undefined;
    case "passkey":
      return kind !== "update";
    default:
      return false;
  }
}

/** The entry for a change of a row; undefined if the change has none. */
export async function eventOf(tx: Tx, act: Act, done: Done): Promise<Event | undefined> {
  const { method, address } = act;
  const { data, result } = done;
  switch (hasEntries(done) ? done.model : "") {
    case "session": {
      if (method === "account") return undefined;
      const user = await userWith(tx, textOf(data["userId"]));
      // better-auth creates a session before it requests the code, and deletes it at once: nobody signed in by it.
      if (method === "password" && user.two_factor_enabled) return undefined;
      return { type: "signed-in", data: { user: user.email, method, address } };
    }
    case "user": {
      const id = textOf(result["id"]) || whereOf(done, "id");
      const { email: user, two_factor_enabled: enabled } = await userWith(tx, id);
      if (!enabled) return { type: "second-factor-changed", data: { user, change: "codes ended", address } };
      const change = "codes set up";
      return { type: "second-factor-changed", data: { user, change, address, ...(await secondFactorOf(tx, id)) } };
    }
    case "twoFactor": {
      const factor = await tx
        .selectFrom("identity_second_factor")
        .select("user_id")
        .where("id", "=", whereOf(done, "id"))
        .executeTakeFirst();
      const { email: user, two_factor_enabled: enabled } = await userWith(tx, factor?.user_id ?? "");
      // Codes that are being set up do not sign anybody in yet.
      if (!enabled) return undefined;
      const { recoveryCodes } = await secondFactorOf(tx, factor?.user_id ?? "");
      return {
        type: "second-factor-changed",
        data: { user, change: "recovery code used", address, recoveryCodes },
      };
    }
    case "passkey": {
      const user = act.user ?? "";
      if (done.kind === "delete") {
        return { type: "passkey-changed", data: { user, change: "removed", address, passkey: whereOf(done, "id") } };
      }
      const made = await tx
        .selectFrom("identity_passkey")
        .select(["id", "name", "credential_id", "public_key", "created_at"])
        .where("id", "=", textOf(result["id"]))
        .executeTakeFirstOrThrow();
      return {
        type: "passkey-changed",
        data: {
          user,
          change: "added",
          address,
          passkey: made.id,
          name: made.name,
          credential: commitmentTo(made.credential_id),
          publicKey: commitmentTo(made.public_key),
          createdAt: made.created_at?.toISOString() ?? null,
        },
      };
    }
    case "account": {
      const { email: user } = await userWith(tx, textOf(data["userId"]));
      const [provider, subject] = [textOf(data["providerId"]), textOf(data["accountId"])];
      return { type: "sso-linked", data: { user, provider, subject, address } };
    }
    default:
      return undefined;
  }
}

function whereOf({ where }: Done, name: string): string {
  return textOf(where.find(({ field }) => field === name)?.value);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

async function userWith(tx: Tx, id: string) {
  return await tx
    .selectFrom("identity_user")
    .select(["email", "two_factor_enabled"])
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
}

async function secondFactorOf(tx: Tx, user: string): Promise<{ secret: string; recoveryCodes: string }> {
  const { secret, backup_codes: codes } = await tx
    .selectFrom("identity_second_factor")
    .select(["secret", "backup_codes"])
    .where("user_id", "=", user)
    .executeTakeFirstOrThrow();
  return { secret: commitmentTo(secret), recoveryCodes: commitmentTo(codes) };
}
