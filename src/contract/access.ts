import type { Principal } from "../model/index.ts";
import type { People } from "./catalogue.ts";

/** Signing in, and everything else that the server asks about who asks. */

/** What of a request matters to signing in. */
export interface Caller {
  readonly address: string;
  readonly agent: string;
  readonly cookie: string | undefined;
  readonly origin: string | undefined;
}

/** A value, and the cookies that go to the browser with it. */
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
  readonly password: boolean;
  readonly passkeys: readonly { readonly id: string; readonly name: string; readonly createdAt?: string | undefined }[];
}

/** JSON of a WebAuthn ceremony, as browsers make and read it. */
export type CeremonyJson = Readonly<Record<string, unknown>>;

/** Everything the server asks about who asks. `Reply` carries cookies; whoever fails to sign in gets a fault. */
export interface Access {
  /** Where browsers reach this server; what it says of itself in links, cookies and passkeys. */
  serveAt(url: string): void;
  people(principal: Principal): People;
  /** Who a session cookie, or an API key, stands for; undefined when for nobody. */
  bySession(caller: Caller): Promise<Principal | undefined>;
  byKey(key: string): Promise<Principal | undefined>;
  /** An entry of the evidence log before anybody reads it. */
  evidenceRead(principal: Principal, what: string): Promise<void>;
  /** Somebody was turned away: written down, and where there are many, counted. */
  refused(what: { reason: string; address: string; principal?: Principal | undefined }): Promise<void>;
  /** Writes what was only counted so far. */
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
