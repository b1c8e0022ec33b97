import type { FastifyInstance, FastifyReply } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import {
  isPermitted,
  PERMISSION_WORDS,
  PERMISSIONS,
  personParams,
  words,
  type Access,
  type Permission,
  type Reply,
} from "../../contract/index.ts";
import { requires } from "../route-shapes.ts";
import { callerOf } from "../sign-in-ways.ts";
import { qrCode } from "../qr-code.ts";
import { somebody } from "./route-deps.ts";

/**
 * The requests of the pages for signing in and the account. They are between a browser and its own server, so they are not part of the
 * documented API, which programs use with a key.
 */
export function addSigningIn(server: FastifyInstance, identity: Access): void {
  const api = server.withTypeProvider<ZodTypeProvider>();
  const hidden = { hide: true } as const;
  const anybody = requires("session:begin");
  // Each of these requests leaves a row in the database until it expires.
  const seldom = { config: { ...anybody.config, rateLimit: { max: 60, timeWindow: 60_000 } } };
  const own = requires("account:own");

  api.get("/session/state", { ...anybody, schema: hidden }, () => identity.beginning());

  api.post("/session", { ...anybody, schema: { ...hidden, body: passwordBody } }, async (request, reply) =>
    give(reply, await identity.signIn(callerOf(request), request.body)),
  );
  api.post("/session/code", { ...anybody, schema: { ...hidden, body: codeBody } }, async (request, reply) =>
    give(reply, await identity.signInCode(callerOf(request), request.body)),
  );
  api.post("/session/passkey/challenge", { ...seldom, schema: hidden }, async (request, reply) =>
    give(reply, await identity.passkeyChallenge(callerOf(request))),
  );
  api.post("/session/passkey", { ...anybody, schema: { ...hidden, body: ceremonyBody } }, async (request, reply) =>
    give(reply, await identity.signInPasskey(callerOf(request), request.body.response)),
  );
  api.get("/session/sso", { ...seldom, schema: hidden }, async (request, reply) => {
    const { value, cookies } = await identity.ssoBegin(callerOf(request));
    return reply.header("set-cookie", [...cookies]).redirect(value.url, 302);
  });
  api.get(
    "/session/sso/callback/sso",
    { ...anybody, schema: { ...hidden, querystring: ssoQuery } },
    async (request, reply) => {
      const { value, cookies } = await identity.ssoReturn(callerOf(request), request.query);
      return reply.header("set-cookie", [...cookies]).redirect(value.location, 302);
    },
  );
  api.post("/session/link", { ...anybody, schema: { ...hidden, body: linkBody } }, async (request) =>
    identity.useLink(callerOf(request), request.body),
  );

  api.post("/session/link/state", { ...seldom, schema: { ...hidden, body: tokenBody } }, async (request) =>
    identity.linkFor(request.body),
  );

  api.delete("/session", { ...own, schema: hidden }, async (request, reply) =>
    give(reply, await identity.signOut(callerOf(request), somebody(request))),
  );
  api.get("/session/account", { ...own, schema: hidden }, async (request) => {
    const principal = somebody(request);
    return {
      ...(await identity.account(principal)),
      // More than a key can have: a person also decides.
      may: (Object.keys(PERMISSIONS) as Permission[]).filter((permission) => isPermitted(principal, permission)),
      permissionWords: PERMISSION_WORDS,
    };
  });
  api.post("/session/codes", { ...own, schema: { ...hidden, body: confirmBody } }, async (request, reply) => {
    const { value, cookies } = await identity.beginCodes(callerOf(request), request.body);
    return give(reply, { cookies, value: { ...value, image: qrCode(value.uri) } });
  });
  api.post("/session/codes/confirmation", { ...own, schema: { ...hidden, body: enrolBody } }, async (request, reply) =>
    give(reply, await identity.confirmCodes(callerOf(request), request.body)),
  );
  api.post("/session/codes/end", { ...own, schema: { ...hidden, body: confirmBody } }, async (request, reply) =>
    give(reply, await identity.endCodes(callerOf(request), request.body)),
  );
  api.post("/session/passkeys/challenge", { ...own, schema: hidden }, async (request, reply) =>
    give(reply, await identity.beginPasskey(callerOf(request))),
  );
  api.post("/session/passkeys", { ...own, schema: { ...hidden, body: passkeyBody } }, async (request, reply) =>
    give(reply, await identity.addPasskey(callerOf(request), request.body)),
  );
  api.delete("/session/passkeys/:id", { ...own, schema: { ...hidden, params: personParams } }, async (request, reply) =>
    give(reply, await identity.removePasskey(callerOf(request), request.params.id)),
  );
}

function give(reply: FastifyReply, { value, cookies }: Reply<unknown>): FastifyReply {
  if (cookies.length > 0) reply.header("set-cookie", [...cookies]);
  return reply.header("cache-control", "no-store").send(value ?? {});
}

const password = z.string().min(1).max(200);
const newPassword = z.string().min(12, "a password has at least 12 characters").max(200);
const code = z.string().trim().min(6).max(20);
const name = words(100);
/** The database refuses U+0000, and browsers do not send it. */
const ceremony = z
  .record(z.string(), z.unknown())
  .refine((value) => !JSON.stringify(value).includes("\\u0000"), "control characters are not allowed");

const passwordBody = z.strictObject({ email: z.email().max(200), password });
const codeBody = z.strictObject({ code, recovery: z.boolean().default(false) });
const enrolBody = z.strictObject({ code });
const confirmBody = z.strictObject({ password });
const ceremonyBody = z.strictObject({ response: ceremony });
const passkeyBody = z.strictObject({ name, response: ceremony });
const tokenBody = z.strictObject({ token: z.string().max(100) });
const linkBody = z.strictObject({
  token: z.string().max(100),
  email: z.email().max(200).optional(),
  name: name.optional(),
  password: newPassword,
});
/** RFC 6749 section 4.1.2. Providers add parameters of their own, which are ignored. */
const ssoQuery = z.record(
  z.string().max(100),
  z
    .string()
    .max(4_000)
    .regex(/^\P{Cc}*$/u),
);
