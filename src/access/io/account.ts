import type { Caller, CeremonyJson, Access, Reply } from "../../contract/index.ts";
import { Fault } from "../../model/index.ts";
import { ask, type Asked } from "./asking.ts";
import type { Auth } from "./auth.ts";
import type { Act } from "./events-of-changes.ts";
import type { RecordedAdapter } from "./recorded-adapter.ts";

export interface AccountDeps {
  readonly auth: () => Auth;
  readonly recorded: RecordedAdapter;
  /** The e-mail address of the user of this caller's session. */
  readonly userOf: (caller: Caller) => Promise<string | undefined>;
}

type AccountActs = Pick<
  Access,
  "beginCodes" | "confirmCodes" | "endCodes" | "beginPasskey" | "addPasskey" | "removePasskey"
>;

/** Changes that users make to how they sign in. */
export function createAccount({ auth, recorded, userOf }: AccountDeps): AccountActs {
  const act = async (caller: Caller): Promise<Act> => ({
    method: "account",
    address: caller.address,
    user: await userOf(caller),
  });

  return {
    async beginCodes(caller, { password }) {
      const { value, cookies } = accepted(
        await ask(recorded, await act(caller), caller, (headers) =>
          auth().api.enableTwoFactor({ body: { password, method: "totp" }, headers, returnHeaders: true }),
        ),
      );
      if (!("totpURI" in value)) throw new Error("better-auth returned no secret for codes");
      return { value: { uri: value.totpURI, recoveryCodes: value.backupCodes }, cookies };
    },

    async confirmCodes(caller, { code }) {
      return nothing(
        await ask(recorded, await act(caller), caller, (headers) =>
          auth().api.verifyTOTP({ body: { code }, headers, returnHeaders: true }),
        ),
      );
    },

    async endCodes(caller, { password }) {
      return nothing(
        await ask(recorded, await act(caller), caller, (headers) =>
          auth().api.disableTwoFactor({ body: { password }, headers, returnHeaders: true }),
        ),
      );
    },

    async beginPasskey(caller) {
      const { value, cookies } = accepted(
        await ask(recorded, await act(caller), caller, (headers) =>
          auth().api.generatePasskeyRegistrationOptions({ headers, returnHeaders: true }),
        ),
      );
      return { value: value as unknown as CeremonyJson, cookies };
    },

    async addPasskey(caller, { name, response }) {
      return nothing(
        await ask(recorded, await act(caller), caller, (headers) =>
          auth().api.verifyPasskeyRegistration({ body: { name, response }, headers, returnHeaders: true }),
        ),
      );
    },

    async removePasskey(caller, id) {
      return nothing(
        await ask(recorded, await act(caller), caller, (headers) =>
          auth().api.deletePasskey({ body: { id }, headers, returnHeaders: true }),
        ),
      );
    },
  };
}

function accepted<T>(asked: Asked<T>): Reply<T> {
  if (asked.kind === "done") return asked.reply;
  if (asked.why.code === "SESSION_NOT_FRESH") {
    throw new Fault("forbidden", "You signed in more than an hour ago.", {
      next: "Sign out, sign in again, and repeat this. You can change how you sign in only within an hour of signing in.",
    });
  }
  throw new Fault("config-invalid", "The password or code is wrong or too old.", {
    next: "Try again. A code of an authenticator app is valid for half a minute.",
  });
}

function nothing(asked: Asked<unknown>): Reply<undefined> {
  return { ...accepted(asked), value: undefined };
}
