import type { Caller, CeremonyJson, Access, Reply } from "../../contract/index.ts";
import { Fault, type Clock } from "../../model/index.ts";
import { waiting, type GuessLimiter } from "../guess-limiter.ts";
import { ask, headersOf, type Asked } from "./asking.ts";
import { SSO, type Auth } from "./auth.ts";
import type { RecordedAdapter } from "./recorded-adapter.ts";

/** Where the library leads who was admitted: told apart from every refusal. The console leads on from `/`. */
const ADMITTED = "/account";

export interface SignInDeps {
  readonly auth: () => Auth;
  readonly recorded: RecordedAdapter;
  readonly throttle: GuessLimiter;
  readonly clock: Clock;
  readonly sso: string | undefined;
  /** Called for every refusal. `account`: the e-mail address, only if such a user exists. */
  readonly refused: (what: { reason: string; address: string; account?: string | undefined }) => Promise<void>;
  /** Deletes the remains of sign-ins that nobody finished. */
  readonly tidy: () => Promise<void>;
  readonly isUser: (email: string) => Promise<boolean>;
}

type SignIn = Pick<Access, "signIn" | "signInCode" | "passkeyChallenge" | "signInPasskey" | "ssoBegin" | "ssoReturn">;

/** The ways to sign in. The record states why an attempt was refused; the caller always gets the same message. */
export function createSignIn(deps: SignInDeps): SignIn {
  const { auth, recorded, throttle } = deps;

  async function refuse(reason: string, caller: Caller, account?: string): Promise<never> {
    const known = account !== undefined && (await deps.isUser(account)) ? account : undefined;
    await deps.refused({ reason, address: caller.address, account: known });
    throw new Fault("unauthorized", "Sign-in failed.", {
      next: "Check your input and try again, or ask an admin for a new link.",
    });
  }

  async function admitted<T>(asked: Asked<T>, reason: string, caller: Caller): Promise<Reply<T>> {
    return asked.kind === "done" ? asked.reply : await refuse(reason, caller);
  }

  return {
    async signIn(caller, { email, password }) {
      const wait = throttle.attempt(email, caller.address);
      if (wait !== undefined) {
        await deps.refused({ reason: "too many guesses", address: caller.address });
        throw waiting(wait);
      }
      const asked = await ask(recorded, { method: "password", address: caller.address }, caller, (headers) =>
        auth().api.signInEmail({ body: { email, password }, headers, returnHeaders: true }),
      );
      if (asked.kind === "refused") return await refuse("wrong password", caller, email);
      throttle.succeeded(email, caller.address);
      const { value, cookies } = asked.reply;
      return { value: { next: "twoFactorRedirect" in value ? ("code" as const) : ("done" as const) }, cookies };
    },

    async signInCode(caller, { code, recovery }) {
      const asked = await ask<unknown>(
        recorded,
        { method: recovery ? "recovery-code" : "code", address: caller.address },
        { ...caller, cookie: withoutSession(caller.cookie) },
        (headers) =>
          recovery
            ? auth().api.verifyBackupCode({ body: { code }, headers, returnHeaders: true })
            : auth().api.verifyTOTP({ body: { code }, headers, returnHeaders: true }),
      );
      return { ...(await admitted(asked, "wrong code", caller)), value: undefined };
    },

    async passkeyChallenge(caller) {
      await deps.tidy();
      const asked = await ask(recorded, { method: "passkey", address: caller.address }, caller, (headers) =>
        auth().api.generatePasskeyAuthenticationOptions({ headers, returnHeaders: true }),
      );
      const { value, cookies } = await admitted(asked, "no passkey challenge", caller);
      return { value: value as unknown as CeremonyJson, cookies };
    },

    async signInPasskey(caller, response) {
      const asked = await ask(recorded, { method: "passkey", address: caller.address }, caller, (headers) =>
        auth().api.verifyPasskeyAuthentication({ body: { response: response as never }, headers, returnHeaders: true }),
      );
      return { ...(await admitted(asked, "passkey refused", caller)), value: undefined };
    },

    async ssoBegin(caller) {
      if (deps.sso === undefined) throw noSso();
      await deps.tidy();
      const asked = await ask(recorded, { method: "sso", address: caller.address }, caller, (headers) =>
        auth().api.signInSocial({
          body: {
            provider: SSO,
            callbackURL: ADMITTED,
            errorCallbackURL: "/sign-in?problem=sso",
            disableRedirect: true,
          },
          headers,
          returnHeaders: true,
        }),
      );
      const { value, cookies } = await admitted(asked, "no single sign-on", caller);
      return { value: { url: value.url ?? "/sign-in?problem=sso" }, cookies };
    },

    async ssoReturn(caller, query) {
      if (deps.sso === undefined) throw noSso();
      const { code, state, error, iss } = query;
      const response = await recorded.during({ method: "sso", address: caller.address }, () =>
        auth().api.callbackOAuth({
          method: "GET",
          params: { id: SSO },
          query: { code, state, error, iss },
          headers: headersOf(caller),
          asResponse: true,
        }),
      );
      const location = response.headers.get("location") ?? "";
      // Only redirects into this server are followed, never those to other hosts in the provider's response.
      const admittedTo = location === ADMITTED || new URL(location, "http://x").pathname === ADMITTED;
      if (!admittedTo) await deps.refused({ reason: "single sign-on refused", address: caller.address });
      return {
        value: { location: admittedTo ? "/" : "/sign-in?problem=sso" },
        cookies: response.headers.getSetCookie(),
      };
    },
  };
}

function noSso(): Fault {
  return new Fault("not-found", "Single sign-on is not set up here.", {
    next: "Sign in with your password or a passkey; docs/guide/people.md explains how to set up an OpenID provider.",
  });
}

/** A user who is signed in may enter a code to become another user: the pending sign-in counts, not the session. */
function withoutSession(cookie: string | undefined): string | undefined {
  return cookie
    ?.split(/; */)
    .filter((pair) => !/(^|__Secure-)portolan\.session_token=/.test(pair))
    .join("; ");
}
