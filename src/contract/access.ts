import type { Principal } from "../model/index.ts";
import type { People } from "./catalogue.ts";

/** Sign-in, and everything else that the server needs to know about a caller. */

/** The parts of a request that sign-in depends on. */
export interface Caller {
  readonly address: string;
  readonly agent: string;
  readonly cookie: string | undefined;
  readonly origin: string | undefined;
}

/** A value, and the cookies to set in the browser. */
export interface Reply<T> {
  readonly value: T;
  readonly cookies: readonly string[];
}

export interface Account {
  readonly email: string;
  readonly name: string;
  readonly roles: readonly { role: string; from?: string | undefined; to?: string | undefined; inForce: boolean }[];
  readonly permissions: readonly string[];
  readonly secondFactor: boolean;
  /** Nothing else works before a second factor is set up. */
  readonly secondFactorDue: boolean;
  readonly password: boolean;
  readonly passkeys: readonly { readonly id: string; readonly name: string; readonly createdAt?: string | undefined }[];
}

/** JSON of a WebAuthn ceremony, in the form that browsers produce and accept. */
export type CeremonyJson = Readonly<Record<string, unknown>>;

/** Authentication and user accounts. `Reply` carries cookies; a failed sign-in is a fault. */
export interface Access {
  /** Sets the URL at which browsers reach this server. Links, cookies and passkeys use it. */
  serveAt(url: string): void;
  people(principal: Principal): People;
  /** The principal of a session cookie or an API key; undefined if it is not valid. */
  bySession(caller: Caller): Promise<Principal | undefined>;
  byKey(key: string): Promise<Principal | undefined>;
  /** Records a read of the evidence log, or of the whole record, before it happens; `address` is that of the peer. */
  evidenceRead(read: { readonly by: Principal; readonly what: string; readonly address: string }): Promise<void>;
  /** Records a refused request. Many refusals are counted instead of recorded one by one. */
  refused(what: { reason: string; address: string; principal?: Principal | undefined }): Promise<void>;
  /** Records the refusals that were only counted so far. */
  close(): Promise<void>;

  beginning(): Promise<{ readonly firstAdmin: boolean; readonly sso: string | undefined }>;
  signIn(caller: Caller, by: { email: string; password: string }): Promise<Reply<{ next: "done" | "code" }>>;
  signInCode(caller: Caller, by: { code: string; recovery: boolean }): Promise<Reply<undefined>>;
  passkeyChallenge(caller: Caller): Promise<Reply<CeremonyJson>>;
  signInPasskey(caller: Caller, response: CeremonyJson): Promise<Reply<undefined>>;
  ssoBegin(caller: Caller): Promise<Reply<{ url: string }>>;
  ssoReturn(caller: Caller, query: Readonly<Record<string, string>>): Promise<Reply<{ location: string }>>;
  signOut(caller: Caller, principal: Principal): Promise<Reply<undefined>>;
  useLink(
    caller: Caller,
    by: { token: string; email?: string | undefined; name?: string | undefined; password: string },
  ): Promise<{ email: string }>;

  /** What an open one-time link is for; a `forbidden` fault once it was used, has expired, or was replaced. */
  linkFor(by: { token: string }): Promise<{ firstAdmin: boolean; email?: string; name?: string }>;

  account(principal: Principal): Promise<Account>;
  beginCodes(
    caller: Caller,
    by: { password: string },
  ): Promise<Reply<{ uri: string; recoveryCodes: readonly string[] }>>;
  confirmCodes(caller: Caller, by: { code: string }): Promise<Reply<undefined>>;
  endCodes(caller: Caller, by: { password: string }): Promise<Reply<undefined>>;
  beginPasskey(caller: Caller): Promise<Reply<CeremonyJson>>;
  addPasskey(caller: Caller, by: { name: string; response: CeremonyJson }): Promise<Reply<undefined>>;
  removePasskey(caller: Caller, id: string): Promise<Reply<undefined>>;
}
