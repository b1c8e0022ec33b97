import type { IncomingMessage } from "node:http";
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
    /**
     * The required permission, a row of the permission table. The server refuses to start with a route that names none.
     */
    permission?: Permission;
    /** Each read is an entry of the evidence log. */
    readsEvidence?: boolean;
  }
  interface FastifyRequest {
    /** The principal of the request; undefined until the gate has let it pass. */
    principal: Principal | undefined;
    /** Checks again whether the same credentials still permit a request that is still being answered. */
    isStillPermitted(): Promise<boolean>;
  }
}

/** Failed attempts per minute before an address has to wait. */
const FAILURES_A_MINUTE = 20;

/** Anyone who can read the token file of this machine is the operator. */
const OPERATOR: Principal = {
  kind: "operator",
  name: "operator",
  roles: ROLES.filter((role) => role !== "auditor" && role !== "service-owner"),
};

/**
 * One way to authenticate a request. Returns the principal, or undefined without valid credentials of this kind; the
 * next way is tried then. A fault refuses the request, whatever other credentials it carries.
 */
export type Authenticator = (request: FastifyRequest) => Promise<Principal | undefined>;

export interface GateConfig {
  readonly token: string;
  /** Tried in this order, in addition to the token of this machine. */
  readonly authenticators?: readonly Authenticator[] | undefined;
  /** Called for every refused request; it may count them. */
  readonly onRefused?:
    ((what: { reason: string; address: string; principal?: Principal }) => Promise<void>) | undefined;
  /** Called before evidence is read, so that every read has its entry. */
  readonly onEvidenceRead?:
    ((read: { readonly by: Principal; readonly what: string; readonly address: string }) => Promise<void>) | undefined;
  /** Host names and addresses that this server accepts, in addition to those of this machine itself. */
  readonly hosts: readonly string[];
  /** The sensor routes authenticate by signature, whatever token the request carries. */
  readonly sensors?: SensorGateway | undefined;
  /** Whether a peer is allowed to connect at all, by its own address; absent: every peer is. */
  readonly acceptsPeer?: ((address: string) => boolean) | undefined;
}

/**
 * The checks before anything else happens to a request. Is its peer allowed to connect at all? Is it meant for this
 * server? (A page on the web can make a browser send requests here under the page's own name: DNS rebinding.) Who makes
 * it, and do they have the permission? The checks hold for every path, including those that do not exist.
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
      throw new Error(
        `${String(route.method)} ${route.url} does not declare the permission that it requires: config.permission`,
      );
    }
  });

  server.addHook("onRequest", async (request: FastifyRequest, reply: FastifyReply) => {
    if (config.acceptsPeer?.(request.socket.remoteAddress ?? "") === false) {
      const fault = new Fault("forbidden", "This server accepts connections only through its proxy.", {
        next: "Use the address of the proxy, or declare your address as a proxy with --trust-proxy or server.trustedProxies.",
      });
      return answer(reply, fault);
    }
    const twofold = hostProblem(request.raw);
    if (twofold !== undefined) return answer(reply, twofold, 400);
    if (!hosts.has(hostOf(request.headers.host))) {
      const fault = new Fault("misdirected", "The request's Host header does not name this server.", {
        next: "Use the address that `portolan start` printed, or allow the name with --allow-host.",
      });
      return answer(reply, fault);
    }
    // No permission means that the route does not exist. An authenticated caller gets that answer.
    const { permission } = request.routeOptions.config;
    if (permission !== undefined && isOfSensors(permission)) {
      const fault = await admitSensor(config.sensors ?? NO_SENSORS, request, permission);
      return fault === undefined ? undefined : refuse(request, reply, fault);
    }
    request.principal = await firstOf(authenticators, request);
    if (request.principal !== undefined || (permission !== undefined && isPermitted(undefined, permission))) {
      if (permission === undefined || isPermitted(request.principal, permission)) {
        refuseCrossSite(request);
        if (request.routeOptions.config.readsEvidence === true && request.principal !== undefined) {
          const what = `${request.method} ${request.routeOptions.url ?? ""}`;
          await config.onEvidenceRead?.({ by: request.principal, what, address: request.ip });
        }
        return;
      }
      if (request.principal !== undefined) {
        const what = { reason: `not permitted: ${permission}`, address: request.ip, principal: request.principal };
        await config.onRefused?.(what);
      }
      if (request.principal?.secondFactorDue === true) {
        const due = new Fault("forbidden", "An admin signs in with a second factor, and yours is not set up yet.", {
          next: "Set up an authenticator app on your account page, /account. Everything else works after that.",
        });
        return answer(reply, due);
      }
      const fault = new Fault("forbidden", `This requires the permission ${permission}, which you do not have now.`, {
        next: "Ask an admin for a role with this permission.",
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

  /** An address with too many failures has to wait, and learns nothing about the reason. */
  async function refuse(request: FastifyRequest, reply: FastifyReply, fault: Fault): Promise<FastifyReply> {
    const limit = await countFailure(request);
    if (limit.isAllowed || !limit.isExceeded) return answer(reply, fault);
    reply.removeHeader("www-authenticate");
    reply.header("retry-after", String(limit.ttlInSeconds));
    const waiting = new Fault("unauthorized", "Too many requests from this address without valid credentials.", {
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

/**
 * A request that names its server twice, differently or not: a proxy may have read the other one (RFC 9112, sections
 * 3.2.2 and 3.2). Undefined if there is no doubt.
 */
function hostProblem({ rawHeaders, url = "" }: IncomingMessage): Fault | undefined {
  const named = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === "host");
  const next = "Send one Host header, and the path alone in the request line.";
  if (named.length > 1) return new Fault("misdirected", "The request has more than one Host header.", { next });
  if (url.startsWith("/") || url === "*") return undefined;
  const target = URL.canParse(url) ? new URL(url).host : "";
  if (target !== "" && target === named[0]?.toLowerCase()) return undefined;
  return new Fault("misdirected", "The request line names another server than the Host header.", { next });
}

function hostOf(header: string | undefined): string {
  return (header ?? "").toLowerCase().replace(/:\d+$/, "");
}

function bracketed(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}
