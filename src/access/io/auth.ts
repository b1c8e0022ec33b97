import { randomUUID } from "node:crypto";
import { passkey } from "@better-auth/passkey";
import { APIError, betterAuth } from "better-auth";
import type { DBAdapterInstance } from "better-auth";
import { genericOAuth, twoFactor } from "better-auth/plugins";
import { ACCOUNT, PASSKEY, SECOND_FACTOR, SESSION, USER, VERIFICATION } from "./schema.ts";

/** An OpenID Connect provider that people of this installation sign in at. */
export interface SsoConfig {
  /** What the button says. */
  readonly name: string;
  /** `https://login.example.com`, where `/.well-known/openid-configuration` is. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface AuthConfig {
  readonly adapter: DBAdapterInstance;
  readonly secret: string;
  /** Where browsers reach the server: cookies, passkeys and links are for this origin. */
  readonly url: string;
  readonly sso?: SsoConfig | undefined;
  readonly hashPassword: (password: string) => Promise<string>;
  readonly isPassword: (password: string, stored: string) => Promise<boolean>;
  /** Asked before a session begins. */
  readonly mayBegin: (user: string) => Promise<boolean>;
}

export const SSO = "sso";
/** The header that carries the address of who asks to better-auth, which knows headers alone. */
export const ADDRESS_HEADER = "x-portolan-address";
export const SHORTEST_PASSWORD = 12;
export const LONGEST_PASSWORD = 200;
/** A working day; after it one signs in again, however busy. */
const SESSION_SECONDS = 12 * 60 * 60;

/** better-auth, set up for this installation. Its router is not used: the server's own routes call its functions. */
export function createAuth(config: AuthConfig) {
  const url = new URL(config.url);
  const isTls = url.protocol === "https:";
  return betterAuth({
    appName: "Portolan",
    baseURL: url.origin,
    basePath: "/session/sso",
    secret: config.secret,
    telemetry: { enabled: false },
    logger: { disabled: true },
    database: config.adapter,
    trustedOrigins: [url.origin],
    user: USER,
    session: {
      ...SESSION,
      expiresIn: SESSION_SECONDS,
      disableSessionRefresh: true,
      // How recently one must have signed in to change how one signs in.
      freshAge: 60 * 60,
    },
    account: {
      ...ACCOUNT,
      encryptOAuthTokens: true,
      // A subject is joined to the user of its address where the provider says that it has verified the address: an
      // admin invited the address, and who claims it elsewhere is not thereby invited.
      accountLinking: { enabled: true },
    },
    verification: VERIFICATION,
    rateLimit: { enabled: false },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: SHORTEST_PASSWORD,
      maxPasswordLength: LONGEST_PASSWORD,
      password: {
        hash: config.hashPassword,
        verify: ({ hash, password }) => config.isPassword(password, hash),
      },
    },
    databaseHooks: {
      session: {
        create: {
          before: async (session) => {
            if (!(await config.mayBegin(session.userId))) {
              throw new APIError("FORBIDDEN", { message: "disabled", code: "DISABLED" });
            }
          },
        },
      },
    },
    advanced: {
      cookiePrefix: "portolan",
      useSecureCookies: isTls,
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax", secure: isTls, path: "/" },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      database: { generateId: () => randomUUID() },
    },
    plugins: [
      twoFactor({ issuer: "Portolan", schema: SECOND_FACTOR }),
      passkey({
        rpID: url.hostname,
        rpName: "Portolan",
        origin: url.origin,
        schema: PASSKEY,
        authenticatorSelection: { residentKey: "required", userVerification: "required" },
        authentication: {
          afterVerification: async ({ verification }) => {
            // A passkey stands for password and code together, so it has to have asked for a finger or a PIN.
            if (verification.authenticationInfo.userVerified) return;
            throw new APIError("UNAUTHORIZED", { message: "not verified", code: "USER_NOT_VERIFIED" });
          },
        },
      }),
      ...(config.sso === undefined
        ? []
        : [
            genericOAuth({
              config: [
                {
                  providerId: SSO,
                  clientId: config.sso.clientId,
                  clientSecret: config.sso.clientSecret,
                  discoveryUrl: `${config.sso.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
                  requireIdTokenVerification: true,
                  scopes: ["openid", "email", "profile"],
                  pkce: true,
                  disableImplicitSignUp: true,
                  disableSignUp: true,
                },
              ],
            }),
          ]),
    ],
  });
}

export type Auth = ReturnType<typeof createAuth>;
