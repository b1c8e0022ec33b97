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
    Pick<AuthConfig, "secret" | "url" | "sso">,
    Omit<SignInDeps, "auth" | "recorded" | "sso"> {
  readonly hashPassword: (password: string) => ReturnType<typeof hashPassword>;
  /** Runs processor-intensive work when it is the address's turn. */
  readonly inTurn: <T>(address: string, work: () => Promise<T>) => Promise<T>;
}

export type Ways = ReturnType<typeof createWays>;

/** The parts that need better-auth, in a file that is loaded when the first browser connects. */
export function createWays({ inTurn, ...deps }: WaysDeps) {
  const recorded = recordedAdapter(deps);
  /** The guess that is being checked; better-auth does not pass it to the password check. */
  const address = (): string => recorded.acting()?.address ?? "";
  const made = createAuth({
    adapter: recorded.instance,
    secret: deps.secret,
    url: deps.url,
    sso: deps.sso,
    hashPassword: (password) => inTurn(address(), () => deps.hashPassword(password)),
    isPassword: (password, stored) => inTurn(address(), () => isPassword(password, stored)),
  });
  const auth = () => made;

  /** The session that this caller's cookie identifies. */
  const sessionOf = async (caller: Caller) =>
    (await made.api.getSession({ headers: headersOf(caller), query: { disableRefresh: true } })) ?? undefined;

  return {
    sessionOf,
    ...createSignIn({ ...deps, auth, recorded, sso: deps.sso?.name }),
    ...createAccount({ auth, recorded, userOf: async (caller) => (await sessionOf(caller))?.user.email }),
  };
}
