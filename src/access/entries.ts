import type { JsonValue, Principal } from "../model/index.ts";

/** The name under which the record shows who did it, and their account; null for the operator. */
type By = { readonly by: { readonly name: string; readonly kind: Principal["kind"]; readonly user?: string | null } };
/** A user, by their e-mail address. */
type OfUser = { readonly user: string };
type FromAddress = { readonly address: string };

/** A one-time link that was made, by a commitment to it, and those that it replaced. */
type LinkMade = {
  readonly expiresAt: string;
  readonly link?: string;
  readonly createdAt?: string;
  readonly replaced?: readonly string[];
};

/**
 * A user who set a password with a one-time link. `link` and `password` are commitments: to the link, and to the hash
 * that is stored of the password. `id` is the account.
 */
type Joined = OfUser &
  FromAddress & {
    readonly name: string;
    readonly roles?: readonly string[];
    readonly id?: string;
    readonly link?: string;
    readonly usedAt?: string;
    readonly password?: string;
  };

declare module "../model/entry.ts" {
  interface EntryData {
    "signed-in": OfUser & FromAddress & { readonly method: string };
    "signed-out": { readonly by: string };
    "sign-in-refused": { readonly reason: string; readonly address: string; readonly account?: string };
    /** Refusals that got no entry of their own because there were too many. */
    "refusals-counted": { readonly from: string; readonly to: string; readonly count: number };
    "first-admin-link-made": By & LinkMade;
    "user-invited": By &
      OfUser &
      LinkMade & {
        readonly name: string;
        readonly roles: JsonValue;
        /** The account, and the person whose account it is, by one of their accounts; null: they have only this one. */
        readonly id?: string;
        readonly person?: string | null;
      };
    "user-joined": Joined;
    "password-link-made": By & OfUser & LinkMade;
    "password-set": Joined;
    "user-disabled": By & OfUser & { readonly disabledAt?: string };
    "user-enabled": By & OfUser;
    "roles-changed": By & OfUser & { readonly before: JsonValue; readonly after: JsonValue };
    /** Which other accounts are of the same person. */
    "person-changed": By &
      OfUser & {
        readonly before: readonly string[];
        readonly after: readonly string[];
        /** Of every account that was or is of the person: whose it is now. */
        readonly persons?: { readonly [user: string]: string | null };
      };
    /** `secret` and `recoveryCodes` are commitments to what is stored, encrypted. */
    "second-factor-changed": OfUser &
      FromAddress & { readonly change: string; readonly secret?: string; readonly recoveryCodes?: string };
    /** `credential` and `publicKey` are commitments. */
    "passkey-changed": OfUser &
      FromAddress & {
        readonly change: string;
        readonly passkey?: string;
        readonly name?: string | null;
        readonly credential?: string;
        readonly publicKey?: string;
        readonly createdAt?: string | null;
      };
    /** `subject`: the user's name at the provider. */
    "sso-linked": OfUser & FromAddress & { readonly provider: string; readonly subject?: string };
    "key-made": By &
      OfUser & {
        readonly key: string;
        readonly name: string;
        readonly prefix: string;
        readonly permissions: readonly string[];
        readonly createdAt?: string;
        readonly expiresAt: string;
        /** A commitment to the key. */
        readonly digest?: string;
      };
    "key-revoked": By &
      OfUser & { readonly key: string; readonly name: string; readonly prefix: string; readonly revokedAt?: string };
    "session-revoked": By & OfUser & { readonly session: string };
    /** Without an address, a command of this machine read it. */
    "evidence-read": {
      readonly by: string;
      readonly kind: Principal["kind"];
      readonly what: string;
      readonly address?: string;
    };
  }
}
