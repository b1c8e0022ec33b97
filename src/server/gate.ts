import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isOfSensors, isPermitted, type Permission, type SensorDoor } from "../contract/index.ts";
import { Fault, type Principal } from "../model/index.ts";
import { problemOf } from "./problem.ts";
import { admitSensor, NO_SENSORS } from "./sensor-gate.ts";
import { tokenCheck } from "./token.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Who may: a row of the permission table. The server refuses to start with a route that names none. */
    permission?: Permission;
  }
  interface FastifyRequest {
    /** Who makes the request; undefined until the gate has let it pass. */
    principal: Principal | undefined;
  }
}

/** Failed attempts that one address may make in a minute before it is told to wait. */
const FAILURES_A_MINUTE = 20;

/** Whoever can read the token file of this machine runs the installation. */
const OPERATOR: Principal = { name: "operator", roles: ["admin", "engineer", "approver", "responder"] };

export interface GateConfig {
  readonly token: string;
  /** Host names and addresses this server answers to, besides those of this machine itself. */
  readonly hosts: readonly string[];
  /** Who signs as a sensor is asked there, whatever token the request carries. */
  readonly sensors?: SensorDoor | undefined;
}

/**
 * Two questions before anything else of a request is looked at. Is it meant for this server (a page on the web can make
 * a browser send requests here under its own name: DNS rebinding)? And does it carry the token (RFC 6750)?
 * They hold for every path, also for those that do not exist.
 */
export function guardRequests(server: FastifyInstance, config: GateConfig): void {
  const isToken = tokenCheck(config.token);
  const hosts = new Set([
    "127.0.0.1",
    "localhost",
    "[::1]",
    ...config.hosts.map((host) => bracketed(host.toLowerCase())),
  ]);
  const countFailure = server.createRateLimit({ max: FAILURES_A_MINUTE, timeWindow: 60_000 });

  server.decorateRequest("principal", undefined);
  server.decorateRequest("sensor", undefined);
  server.addHook("onRoute", (route) => {
    if (route.config?.permission === undefined) {
      throw new Error(`${String(route.method)} ${route.url} does not say what it requires: config.permission`);
    }
  });

  server.addHook("onRequest", async (request: FastifyRequest, reply: FastifyReply) => {
    if (!hosts.has(hostOf(request.headers.host))) {
      const fault = new Fault("unauthorized", "The request's Host header does not name this server.", {
        next: "Use the address that `portolan start` printed, or allow the name with --allow-host.",
      });
      return answer(reply, fault, 421);
    }
    const { permission: needed } = request.routeOptions.config;
    if (needed !== undefined && isOfSensors(needed)) {
      const fault = await admitSensor(config.sensors ?? NO_SENSORS, request, needed);
      return fault === undefined ? undefined : refuse(request, reply, fault);
    }
    const presented = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(request.headers.authorization ?? "")?.[1];
    if (presented !== undefined && isToken(presented)) {
      request.principal = OPERATOR;
      const { permission } = request.routeOptions.config;
      // No permission: no such route, which is the answer then.
      if (permission === undefined || isPermitted(OPERATOR.roles, permission)) return;
      const fault = new Fault("forbidden", `This takes the permission ${permission}, which none of your roles has.`, {
        next: "Ask an admin for a role that has it.",
      });
      return answer(reply, fault);
    }

    reply.header("www-authenticate", 'Bearer realm="portolan"');
    const fault = new Fault("unauthorized", "The request carries no valid bearer token.", {
      next: "Send `Authorization: Bearer <token>` with the token from the file `token` in Portolan's home directory.",
    });
    return refuse(request, reply, fault);
  });

  /** Whoever fails too often is told to wait, and not why. */
  async function refuse(request: FastifyRequest, reply: FastifyReply, fault: Fault): Promise<FastifyReply> {
    const limit = await countFailure(request);
    if (limit.isAllowed || !limit.isExceeded) return answer(reply, fault);
    reply.removeHeader("www-authenticate");
    reply.header("retry-after", String(limit.ttlInSeconds));
    const waiting = new Fault("unauthorized", "Too many requests with a missing or wrong token.", {
      next: `Wait ${limit.ttlInSeconds} seconds, then send the right token.`,
    });
    return answer(reply, waiting, 429);
  }
}

export function answer(reply: FastifyReply, error: unknown, status?: number): FastifyReply {
  const problem = problemOf(error, status);
  return reply.code(problem.status).type("application/problem+json").send(JSON.stringify(problem));
}

function hostOf(header: string | undefined): string {
  return (header ?? "").toLowerCase().replace(/:\d+$/, "");
}

function bracketed(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}
