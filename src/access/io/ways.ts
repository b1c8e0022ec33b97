import type { Caller } from "../../contract/index.ts";
import { createAccount } from "./account.ts";
import { headersOf } from "./asking.ts";
import { createAuth, type AuthConfig } from "./auth.ts";
import { isPassword, type hashPassword } from "./password.ts";
import { recordedAdapter, type RecordedAdapterDeps } from "./recorded-adapter.ts";
import { createSignIn, type SignInDeps } from "./sign-in.ts";

export interface WaysDeps
  extends
    RecordedAdapterDeps,
    Pick<AuthConfig, "secret" | "url" | "sso" | "mayBegin">,
    Omit<SignInDeps, "auth" | "recorded" | "sso"> {
  readonly hashPassword: (password: string) => ReturnType<typeof hashPassword>;
  /** Runs what takes much of a processor when it is the address's turn. */
  readonly inTurn: <T>(address: string, work: () => Promise<T>) => Promise<T>;
}

export type Ways = ReturnType<typeof createWays>;

/** Everything that takes better-auth, in a file that is loaded with the first browser that comes. */
export function createWays({ inTurn, ...deps }: WaysDeps) {
  const recorded = recordedAdapter(deps);
  /** Of the guess that is being made; better-auth does not hand it to what checks the password. */
  const address = (): string => recorded.acting()?.address ?? "";
  const made = createAuth({
    adapter: recorded.instance,
    secret: deps.secret,
    url: deps.url,
    sso: deps.sso,
    mayBegin: deps.mayBegin,
    hashPassword: (password) => inTurn(address(), () => deps.hashPassword(password)),
    isPassword: (password, stored) => inTurn(address(), () => isPassword(password, stored)),
  });
  const auth = () => made;

  /** The session that the cookie of this caller stands for. */
  const sessionOf = async (caller: Caller) =>
    (await made.api.getSession({ headers: headersOf(caller), query: { disableRefresh: true } })) ?? undefined;

  return {
    sessionOf,
    ...createSignIn({ ...deps, auth, recorded, sso: deps.sso?.name }),
    ...createAccount({ auth, recorded, userOf: async (caller) => (await sessionOf(caller))?.user.email }),
  };
}
