import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isOfSensors, isPermitted, type Permission, type SensorGateway } from "../contract/index.ts";
import { Fault, ROLES, type Principal } from "../model/index.ts";
import { jsonText } from "./json-text.ts";
import { problemOf } from "./problem.ts";
import { refuseCrossSite } from "./same-site.ts";
import { admitSensor, NO_SENSORS } from "./sensor-authentication.ts";
import { tokenCheck } from "./token.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Who may: a row of the permission table. The server refuses to start with a route that names none. */
    permission?: Permission;
  }
  interface FastifyRequest {
    /** Who makes the request; undefined until the gate has let it pass. */
    principal: Principal | undefined;
    /** Asks once more, of a request that is still being answered: with the same credentials, of what is so by now. */
    isStillPermitted(): Promise<boolean>;
  }
}

/** Failed attempts that one address may make in a minute before it is told to wait. */
const FAILURES_A_MINUTE = 20;

/** Whoever can read the token file of this machine runs the installation. */
const OPERATOR: Principal = {
  kind: "operator",
  name: "operator",
  roles: ROLES.filter((role) => role !== "auditor" && role !== "service-owner"),
};

/**
 * One way for a request to show who makes it: the principal, or undefined where it shows nothing of this kind that is
 * right. Then the next way is asked. A fault refuses the request, whatever else it carries.
 */
export type Authenticator = (request: FastifyRequest) => Promise<Principal | undefined>;

export interface GateConfig {
  readonly token: string;
  /** Besides the token of this machine, in the order in which they are asked. */
  readonly authenticators?: readonly Authenticator[] | undefined;
  /** Told of whoever is turned away; may count them. */
  readonly onRefused?:
    ((what: { reason: string; address: string; principal?: Principal }) => Promise<void>) | undefined;
  /** Told before evidence is read: there is no read without its entry. */
  readonly onEvidenceRead?: ((principal: Principal, what: string) => Promise<void>) | undefined;
  /** Host names and addresses this server answers to, besides those of this machine itself. */
  readonly hosts: readonly string[];
  /** Who signs as a sensor is asked there, whatever token the request carries. */
  readonly sensors?: SensorGateway | undefined;
  /** Who may connect at all, by the address of the peer itself; absent: anybody. */
  readonly acceptsPeer?: ((address: string) => boolean) | undefined;
}

/**
 * Before anything else of a request is looked at: may its peer connect at all? Is it meant for this server (a page on
 * the web can make a browser send requests here under its own name: DNS rebinding)? Who makes it? And may they?
 * They hold for every path, also for those that do not exist.
 */
export function guardRequests(server: FastifyInstance, config: GateConfig): void {
  const authenticators = [operatorToken(config.token), ...(config.authenticators ?? [])];
  const hosts = new Set([
    "127.0.0.1",
    "localhost",
    "[::1]",
    ...config.hosts.map((host) => bracketed(host.toLowerCase())),
  ]);
  const countFailure = server.createRateLimit({ max: FAILURES_A_MINUTE, timeWindow: 60_000 });

  server.decorateRequest("principal", undefined);
  server.decorateRequest("sensor", undefined);
  server.decorateRequest("isStillPermitted", async function isStillPermitted(this: FastifyRequest) {
    const { permission } = this.routeOptions.config;
    return permission !== undefined && isPermitted(await firstOf(authenticators, this), permission);
  });
  server.addHook("onRoute", (route) => {
    if (route.config?.permission === undefined) {
      throw new Error(`${String(route.method)} ${route.url} does not say what it requires: config.permission`);
    }
  });

  server.addHook("onRequest", async (request: FastifyRequest, reply: FastifyReply) => {
    if (config.acceptsPeer?.(request.socket.remoteAddress ?? "") === false) {
      const fault = new Fault("forbidden", "This server is reached through its proxy alone.", {
        next: "Use the address of the proxy, or name yours as one: --trust-proxy, server.trustedProxies.",
      });
      return answer(reply, fault);
    }
    if (!hosts.has(hostOf(request.headers.host))) {
      const fault = new Fault("misdirected", "The request's Host header does not name this server.", {
        next: "Use the address that `portolan start` printed, or allow the name with --allow-host.",
      });
      return answer(reply, fault);
    }
    // No permission: no such route, which is the answer then, to those who are somebody.
    const { permission } = request.routeOptions.config;
    if (permission !== undefined && isOfSensors(permission)) {
      const fault = await admitSensor(config.sensors ?? NO_SENSORS, request, permission);
      return fault === undefined ? undefined : refuse(request, reply, fault);
    }
    request.principal = await firstOf(authenticators, request);
    if (request.principal !== undefined || (permission !== undefined && isPermitted(undefined, permission))) {
      if (permission === undefined || isPermitted(request.principal, permission)) {
        refuseCrossSite(request);
        if (permission === "evidence:read" && request.principal !== undefined) {
          await config.onEvidenceRead?.(request.principal, `${request.method} ${request.routeOptions.url ?? ""}`);
        }
        return;
      }
      if (request.principal !== undefined) {
        const what = { reason: `not permitted: ${permission}`, address: request.ip, principal: request.principal };
        await config.onRefused?.(what);
      }
      const fault = new Fault("forbidden", `This takes the permission ${permission}, which you do not have now.`, {
        next: "Ask an admin for a role that has it.",
      });
      return answer(reply, fault);
    }

    if (bearerOf(request) !== undefined) {
      await config.onRefused?.({ reason: "unknown key or token", address: request.ip });
    }
    reply.header("www-authenticate", 'Bearer realm="portolan"');
    const fault = new Fault("unauthorized", "The request carries no valid bearer token, key or session.", {
      next: "Sign in, or send `Authorization: Bearer <key>` with an API key, or with the token from the file `token` in Portolan's home directory.",
    });
    return refuse(request, reply, fault);
  });

  /** Whoever fails too often is told to wait, and not why. */
  async function refuse(request: FastifyRequest, reply: FastifyReply, fault: Fault): Promise<FastifyReply> {
    const limit = await countFailure(request);
    if (limit.isAllowed || !limit.isExceeded) return answer(reply, fault);
    reply.removeHeader("www-authenticate");
    reply.header("retry-after", String(limit.ttlInSeconds));
    const waiting = new Fault("unauthorized", "Too many requests that show nobody who is known here.", {
      next: `Wait ${limit.ttlInSeconds} seconds, then send the right credentials.`,
    });
    return answer(reply, waiting, 429);
  }
}

/** RFC 6750: what follows `Authorization: Bearer`. */
export function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer ([\x21-\x7e]{1,200})$/i.exec(request.headers.authorization ?? "")?.[1];
}

function operatorToken(token: string): Authenticator {
  const isToken = tokenCheck(token);
  return async (request) => {
    const presented = bearerOf(request);
    return presented !== undefined && isToken(presented) ? OPERATOR : undefined;
  };
}

async function firstOf(
  authenticators: readonly Authenticator[],
  request: FastifyRequest,
): Promise<Principal | undefined> {
  for (const authenticator of authenticators) {
    const principal = await authenticator(request);
    if (principal !== undefined) return principal;
  }
  return undefined;
}

export function answer(reply: FastifyReply, error: unknown, status?: number): FastifyReply {
  const problem = problemOf(error, status);
  return reply.code(problem.status).type("application/problem+json").send(jsonText(problem));
}

function hostOf(header: string | undefined): string {
  return (header ?? "").toLowerCase().replace(/:\d+$/, "");
}

function bracketed(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}
