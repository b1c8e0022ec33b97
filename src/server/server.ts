import fastifyHelmet from "@fastify/helmet";
import fastifyRateLimit from "@fastify/rate-limit";
import fastifySwagger from "@fastify/swagger";
import { fastify, type FastifyInstance, type FastifyReply } from "fastify";
import {
  createJsonSchemaTransform,
  createJsonSchemaTransformObject,
  hasZodFastifySchemaValidationErrors,
  validatorCompiler,
} from "fastify-type-provider-zod";
import {
  TAGS,
  type Access,
  type ConfigResult,
  type DoctorResult,
  type SensorGateway,
  type ServerOperations,
} from "../contract/index.ts";
import { Fault } from "../model/index.ts";
import { compressDeclared } from "./compress.ts";
import { connectionLimit, limitConnections, type ConnectionLimit } from "./connection-limit.ts";
import { answer, guardRequests } from "./gate.ts";
import { createFeed, type Feed } from "./live/feed.ts";
import { methodsByPath } from "./methods.ts";
import { answerIdempotently } from "./idempotency.ts";
import { NO_SENSORS } from "./sensor-authentication.ts";
import { addRoutes } from "./routes.ts";
import { identityAuthenticators } from "./sign-in-ways.ts";
import { finished } from "./document.ts";
import { escapedSerializer } from "./json-text.ts";
import { createRuns } from "./runs.ts";
import { schemaNames } from "./schema-names.ts";
import { refuseSlowBodies } from "./slow-bodies.ts";
import { secureContextOf, type TlsIdentity } from "./tls.ts";

export interface ServerConfig {
  readonly operations: ServerOperations;
  /** User accounts and sign-in; absent: only the operator has access. */
  readonly identity?: Access | undefined;
  /** Absent: no sensor is admitted. */
  readonly sensors?: SensorGateway | undefined;
  readonly token: string;
  readonly version: string;
  /** The record is of a simulated network: every page and every response says so. */
  readonly synthetic?: boolean | undefined;
  /** Host names that it accepts in addition to 127.0.0.1, localhost and [::1]. */
  readonly hosts: readonly string[];
  /** Serves TLS with this certificate; absent: plain HTTP. */
  readonly tls?: TlsIdentity | undefined;
  /** The proxies whose X-Forwarded-For and X-Forwarded-Proto are trusted; absent: none. */
  readonly isProxy?: ((address: string) => boolean) | undefined;
  /** The peers that are allowed to connect at all; absent: all. */
  readonly acceptsPeer?: ((address: string) => boolean) | undefined;
  /** The most connections at once; absent: by the descriptors that this process may open. */
  readonly connections?: ConnectionLimit | undefined;
  /** Checks what this machine can do; absent: not checked. */
  readonly doctor?: (() => Promise<DoctorResult>) | undefined;
  /** The settings that it runs with; absent: none is stated. */
  readonly configuration?: (() => Promise<ConfigResult>) | undefined;
  /** Called with unexpected errors; the client does not see their details. */
  readonly onUnexpected: (error: unknown) => void;
}

/** A connection without a request is closed after this, in milliseconds. A browser opens the next one unnoticed. */
const IDLE = 20_000;
/** The TLS handshake, and the headers of each request, have so long. */
const HEADERS = 10_000;
const HEADERS_IN_TIME = { headersTimeout: HEADERS, connectionsCheckingInterval: 1_000 };

/** The API as a fastify instance that does not listen yet. `stopRuns` ends the sweeps it started and records each. */
export async function createServer(
  config: ServerConfig,
): Promise<{ server: FastifyInstance; feed: Feed; stopRuns(): Promise<void> }> {
  const options = {
    logger: false,
    bodyLimit: 1_048_576,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    keepAliveTimeout: IDLE,
    routerOptions: { maxParamLength: 100 },
    trustProxy: config.isProxy ?? false,
    frameworkErrors: (error: Error, _request: unknown, reply: FastifyReply) => void answer(reply, requestFault(error)),
  };
  // No route depends on whether its socket is encrypted.
  const server: FastifyInstance =
    config.tls === undefined
      ? fastify({ ...options, http: HEADERS_IN_TIME })
      : fastify({
          ...options,
          https: { ...secureContextOf(config.tls), ...HEADERS_IN_TIME, handshakeTimeout: HEADERS },
        });
  limitConnections(server.server, config.connections ?? connectionLimit(), config.isProxy);
  refuseSlowBodies(server);
  const runs = createRuns();
  const {
    operations,
    onUnexpected,
    version,
    synthetic = false,
    doctor = noDoctor,
    configuration = noConfiguration,
  } = config;
  const feed = createFeed({ changes: (query) => operations.changes(query), onUnexpected });

  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(escapedSerializer);
  server.setErrorHandler((error, _request, reply) => {
    if (error instanceof Fault) return answer(reply, error);
    if (isRequestError(error)) return answer(reply, requestFault(error), error.statusCode);
    config.onUnexpected(error);
    return answer(reply, error);
  });

  await server.register(fastifyHelmet, { contentSecurityPolicy: { directives: { defaultSrc: ["'none'"] } } });
  await server.register(fastifyRateLimit, { global: false });
  const methodsOf = methodsByPath(server);
  const { identity } = config;
  guardRequests(server, {
    ...config,
    ...(identity === undefined
      ? {}
      : {
          authenticators: identityAuthenticators(identity),
          onRefused: (what) => identity.refused(what),
          onEvidenceRead: (read) => identity.evidenceRead(read),
        }),
  });
  if (synthetic) {
    server.addHook("onRequest", (_request, reply, done) => {
      reply.header("portolan-record", "synthetic");
      done();
    });
  }
  server.addHook("preClose", (done) => {
    feed.close();
    done();
  });
  answerIdempotently(server, () => operations.idempotency);
  compressDeclared(server);
  await server.register(fastifySwagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Portolan",
        version: config.version,
        description: "Continuous port monitoring that an auditor accepts as evidence.",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      servers: [{ url: "http://127.0.0.1:4600", description: "the default address of `portolan start`" }],
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      components: {
        securitySchemes: {
          bearer: {
            type: "http",
            scheme: "bearer",
            description: "The token from Portolan's home directory (RFC 6750)",
          },
        },
      },
      security: [{ bearer: [] }],
    },
    transform: createJsonSchemaTransform({ schemaRegistry: schemaNames }),
    transformObject: (document) => finished(createJsonSchemaTransformObject({ schemaRegistry: schemaNames })(document)),
  });
  server.after(() => {
    const sensors = config.sensors ?? NO_SENSORS;
    addRoutes(server, {
      operations,
      identity,
      sensors,
      runs,
      feed,
      version,
      synthetic,
      doctor,
      configuration,
      onUnexpected,
    });
  });
  server.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?")[0] ?? "";
    const next = "See GET /api/v1/openapi.json for all paths and methods.";
    const allowed = methodsOf(path);
    if (allowed.length === 0) {
      return answer(reply, new Fault("not-found", `${request.method} ${path} does not exist.`, { next }));
    }
    reply.header("allow", allowed.join(", "));
    return answer(reply, new Fault("not-found", `${path} does not support ${request.method}.`, { next }), 405);
  });
  await server.ready();
  return { server, feed, stopRuns: () => runs.stopAll() };
}

function noDoctor(): Promise<DoctorResult> {
  return Promise.resolve({ schema: "portolan.doctor/1", checks: [] });
}

function noConfiguration(): Promise<ConfigResult> {
  return Promise.resolve({ schema: "portolan.config/1", settings: [], warnings: [] });
}

interface RequestError {
  readonly statusCode: number;
  readonly message: string;
}

function isRequestError(error: unknown): error is RequestError {
  if (!(error instanceof Error) || !("statusCode" in error)) return false;
  return typeof error.statusCode === "number" && error.statusCode >= 400 && error.statusCode < 500;
}

/** A request that fastify itself refuses: its shape, its size, its media type, or one too many. */
function requestFault(error: unknown): Fault {
  if (isRequestError(error) && error.statusCode === 429) {
    return new Fault("throttled", "Too many requests of this kind from this address.", {
      next: "Wait a minute, then send the same request again.",
    });
  }
  const problems = hasZodFastifySchemaValidationErrors(error)
    ? error.validation
        .map((issue) => `${issue.instancePath.slice(1) || "request"}: ${issue.message ?? "is not valid"}`)
        .join("\n")
    : undefined;
  return new Fault(
    "config-invalid",
    problems ?? (error instanceof Error ? error.message : "The request is not valid."),
    {
      next: "Compare the request with GET /api/v1/openapi.json.",
    },
  );
}
