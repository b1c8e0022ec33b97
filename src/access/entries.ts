import type { JsonValue, Principal } from "../model/index.ts";

/** The name under which the record shows who did it. */
type By = { readonly by: { readonly name: string; readonly kind: Principal["kind"] } };
/** A user, by their e-mail address. */
type OfUser = { readonly user: string };
type FromAddress = { readonly address: string };

declare module "../model/entry.ts" {
  interface EntryData {
    "signed-in": OfUser & FromAddress & { readonly method: string };
    "signed-out": { readonly by: string };
    "sign-in-refused": { readonly reason: string; readonly address: string; readonly account?: string };
    /** Refusals that got no entry of their own because there were too many. */
    "refusals-counted": { readonly from: string; readonly to: string; readonly count: number };
    "first-admin-link-made": By & { readonly expiresAt: string };
    "user-invited": By & OfUser & { readonly name: string; readonly roles: JsonValue; readonly expiresAt: string };
    "user-joined": Joined;
    "password-link-made": By & OfUser & { readonly expiresAt: string };
    "password-set": Joined;
    "user-disabled": By & OfUser;
    "user-enabled": By & OfUser;
    "roles-changed": By & OfUser & { readonly before: JsonValue; readonly after: JsonValue };
    /** Which other accounts are of the same person. */
    "person-changed": By & OfUser & { readonly before: readonly string[]; readonly after: readonly string[] };
    "second-factor-changed": OfUser & FromAddress & { readonly change: string };
    "passkey-changed": OfUser & FromAddress & { readonly change: string };
    "sso-linked": OfUser & FromAddress & { readonly provider: string };
    "key-made": By &
      OfUser & {
        readonly key: string;
        readonly name: string;
        readonly prefix: string;
        readonly permissions: readonly string[];
        readonly expiresAt: string;
      };
    "key-revoked": By & OfUser & { readonly key: string; readonly name: string; readonly prefix: string };
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

type Joined = OfUser & FromAddress & { readonly name: string; readonly roles?: readonly string[] };
