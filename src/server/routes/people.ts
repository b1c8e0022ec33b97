import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  personParams,
  inviteBody,
  isPermitted,
  keyBody,
  keyMadeResult,
  keyRevokedResult,
  keysResult,
  linkResult,
  ofUserQuery,
  emptyQuery,
  rolesBody,
  sessionRevokedResult,
  sessionsResult,
  userChangeResult,
  usersResult,
  type Access,
  type People,
} from "../../contract/index.ts";
import { Fault, type Principal } from "../../model/index.ts";
import { answers, named, requires } from "../route-shapes.ts";
import { typed } from "./route-deps.ts";

/** Users, keys and sessions. Everything is done as whoever asks. */
export function addPeople(server: FastifyInstance, identity: Access): void {
  const api = typed(server);
  const as = (request: Pick<FastifyRequest, "principal">): People => identity.people(somebody(request));

  api.get(
    "/api/v1/users",
    {
      ...requires("users:read"),
      schema: {
        ...named("listUsers", "people", "Who may sign in, and as what"),
        querystring: emptyQuery,
        response: answers(usersResult),
      },
    },
    (request) => as(request).users(),
  );

  api.post(
    "/api/v1/users",
    {
      ...requires("users:manage"),
      schema: {
        ...named("inviteUser", "people", "Invite somebody: the answer holds their one-time link"),
        body: inviteBody,
        response: answers(linkResult, 409, 413, 415),
      },
    },
    (request) => as(request).invite(request.body),
  );

  api.post(
    "/api/v1/users/first-admin-links",
    {
      ...requires("users:manage"),
      schema: {
        ...named("makeFirstAdminLink", "people", "A one-time link for the first admin, while there is no user"),
        querystring: emptyQuery,
        response: answers(linkResult, 409),
      },
    },
    (request) => as(request).firstAdminLink(),
  );

  api.put(
    "/api/v1/users/:id/roles",
    {
      ...requires("users:manage"),
      schema: {
        ...named("setUserRoles", "people", "Give somebody these roles, in place of those they had; never oneself"),
        params: personParams,
        body: rolesBody,
        response: answers(userChangeResult, 404, 409, 413, 415),
      },
    },
    (request) => as(request).setRoles(request.params.id, request.body.roles),
  );

  for (const [method, id, disabled, summary] of [
    ["PUT", "disableUser", true, "Shut an account: its sessions end and its keys stop at once"],
    ["DELETE", "enableUser", false, "Open an account again"],
  ] as const) {
    api.route({
      method,
      url: "/api/v1/users/:id/disablement",
      ...requires("users:manage"),
      schema: {
        ...named(id, "people", summary),
        params: personParams,
        querystring: emptyQuery,
        response: answers(userChangeResult, 404, 409),
      },
      handler: (request) => as(request).setDisabled(request.params.id, disabled),
    });
  }

  api.post(
    "/api/v1/users/:id/links",
    {
      ...requires("users:manage"),
      schema: {
        ...named(
          "makePasswordLink",
          "people",
          "Another one-time link for somebody; their sessions end when it is used",
        ),
        params: personParams,
        querystring: emptyQuery,
        response: answers(linkResult, 404),
      },
    },
    (request) => as(request).passwordLink(request.params.id),
  );

  api.get(
    "/api/v1/keys",
    {
      ...requires("account:own"),
      schema: {
        ...named("listKeys", "people", "One's own API keys, or everybody's; never the keys themselves"),
        querystring: ofUserQuery,
        response: answers(keysResult),
      },
    },
    (request) => as(request).keys({ all: everybody(request, request.query.all) }),
  );

  api.post(
    "/api/v1/keys",
    {
      ...requires("keys:own"),
      schema: {
        ...named("makeKey", "people", "Make an API key; the answer is the only place where it is ever shown"),
        body: keyBody,
        response: answers(keyMadeResult, 404, 413, 415),
      },
    },
    (request) => as(request).makeKey(request.body),
  );

  api.delete(
    "/api/v1/keys/:id",
    {
      ...requires("keys:own"),
      schema: {
        ...named("revokeKey", "people", "Revoke an API key, at once and for good"),
        params: personParams,
        querystring: emptyQuery,
        response: answers(keyRevokedResult, 404),
      },
    },
    (request) => as(request).revokeKey(request.params.id),
  );

  api.get(
    "/api/v1/sessions",
    {
      ...requires("account:own"),
      schema: {
        ...named("listSessions", "people", "Where one is signed in, or everybody is"),
        querystring: ofUserQuery,
        response: answers(sessionsResult),
      },
    },
    (request) => as(request).sessions({ all: everybody(request, request.query.all) }),
  );

  api.delete(
    "/api/v1/sessions/:id",
    {
      ...requires("account:own"),
      schema: {
        ...named("revokeSession", "people", "End a session, wherever it is, at once"),
        params: personParams,
        querystring: emptyQuery,
        response: answers(sessionRevokedResult, 404),
      },
    },
    (request) => as(request).revokeSession(request.params.id),
  );
}

/** Whoever the gate let pass; there is nobody only where a route is for anybody. */
export function somebody({ principal }: Pick<FastifyRequest, "principal">): Principal {
  if (principal !== undefined) return principal;
  throw new Fault("unauthorized", "Nobody is signed in.", { next: "Sign in first." });
}

function everybody(request: Pick<FastifyRequest, "principal">, all: "true" | undefined): boolean {
  if (all === undefined) return false;
  if (isPermitted(request.principal, "users:read")) return true;
  throw new Fault("forbidden", "What belongs to others takes the permission users:read.", {
    next: "Leave out all, to see your own.",
  });
}
