import { randomUUID } from "node:crypto";
import { passkey } from "@better-auth/passkey";
import { APIError, betterAuth } from "better-auth";
import type { DBAdapterInstance } from "better-auth";
import { genericOAuth, twoFactor } from "better-auth/plugins";
import { ACCOUNT, PASSKEY, SECOND_FACTOR, SESSION, USER, VERIFICATION } from "./schema.ts";

/** An OpenID Connect provider at which users of this installation sign in. */
export interface SsoConfig {
  /** The label of the button. */
  readonly name: string;
  /** `https://login.example.com`, where `/.well-known/openid-configuration` is. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface AuthConfig {
  readonly adapter: DBAdapterInstance;
  readonly secret: string;
  /** The URL at which browsers reach the server: cookies, passkeys and links are for this origin. */
  readonly url: string;
  readonly sso?: SsoConfig | undefined;
  readonly hashPassword: (password: string) => Promise<string>;
  readonly isPassword: (password: string, stored: string) => Promise<boolean>;
}

export const SSO = "sso";
/** The header that passes the caller's address to better-auth, which reads only headers. */
export const ADDRESS_HEADER = "x-portolan-address";
export const SHORTEST_PASSWORD = 12;
export const LONGEST_PASSWORD = 200;
/** A working day. After that, even an active user signs in again. */
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
      // How recently users must have signed in to change how they sign in.
      freshAge: 60 * 60,
    },
    account: {
      ...ACCOUNT,
      encryptOAuthTokens: true,
      // A subject is joined to the user with its address only if the provider has verified the address: an admin
      // invited the address, and a claim to it elsewhere is not an invitation.
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
            // A passkey replaces password and code together, so it must have verified the user by a fingerprint, a face
            // or a PIN.
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
