import { isIPv6 } from "node:net";
import type { Server as TlsServer } from "node:tls";
import type { AppEvent } from "../app.ts";
import type { ConfigResult, DoctorResult, Access, SensorGateway, ServerOperations } from "../contract/index.ts";
import { Fault, formatInstant, type Clock } from "../model/index.ts";
import { followTls } from "./follow-tls.ts";
import { certificateNames, isWildcard, reachableAddresses } from "./names.ts";
import { removeRunningServer, writeRunningServer } from "./running-server.ts";
import { isLoopback, trustedProxies } from "./proxies.ts";
import { readTls, secureContextOf, type TlsFiles, type TlsIdentity } from "./tls.ts";
import { loadOrCreateToken, tokenPath } from "./token.ts";

const DEFAULT_HOST = "127.0.0.1";
const DEFAULT_PORT = 4600;
const TLS_EVERY = 10_000;

export interface StartServerConfig {
  readonly operations: ServerOperations;
  readonly identity?: Access | undefined;
  /** The URL for browsers, e.g. `https://portolan.example.com`; absent: derived from the other settings. */
  readonly publicUrl?: string | undefined;
  /** Absent: no sensor is admitted. */
  readonly sensors?: SensorGateway | undefined;
  readonly home: string;
  readonly version: string;
  /** The record is of a simulated network: every page and every response says so. */
  readonly synthetic?: boolean | undefined;
  readonly host?: string | undefined;
  /** 0 takes any free port. */
  readonly port?: number | undefined;
  /** Further host names that it accepts, e.g. that of a proxy in front of it. */
  readonly allowHosts?: readonly string[] | undefined;
  /** Its own certificate; absent: plain HTTP. */
  readonly tls?: TlsFiles | undefined;
  /** Addresses and networks of proxies in front of it. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** Milliseconds between two reads of the files of `tls`. */
  readonly tlsEvery?: number | undefined;
  readonly clock: Clock;
  /** Names the program that listens on a port already; undefined: nobody knows. */
  readonly listenerOn?: ((host: string, port: number) => Promise<string | undefined>) | undefined;
  /** Checks what this machine can do; absent: not checked. */
  readonly doctor?: (() => Promise<DoctorResult>) | undefined;
  /** The settings that it runs with; absent: none is stated. */
  readonly configuration?: (() => Promise<ConfigResult>) | undefined;
  readonly onUnexpected: (error: unknown) => void;
  /** A certificate was renewed, or could not be. */
  readonly onTls?: ((event: TlsEvent) => void) | undefined;
}

export type TlsEvent =
  { readonly kind: "renewed"; readonly validTo: string } | { readonly kind: "unusable"; readonly problem: unknown };

export interface RunningServer {
  /** The URL to show: reachable from where it listens. */
  readonly url: string;
  /** The URL for browsers. */
  readonly publicUrl: string;
  /** The path of the token file; the token itself is never printed. */
  readonly tokenPath: string;
  /** The feed of the live events. */
  tell(event: AppEvent): void;
  /** Stops running sweeps and records them as partial, closes all connections, removes `server.json`. */
  stop(): Promise<void>;
}

type Serving = Pick<StartServerConfig, "host" | "tls" | "trustedProxies" | "allowHosts">;

/**
 * Checks that a server can start with this configuration, as far as possible without starting it. Throws Fault
 * `config-invalid`.
 */
export async function checkServing(config: Serving): Promise<void> {
  await prepareServing(config);
}

async function prepareServing(config: Serving) {
  const host = config.host ?? DEFAULT_HOST;
  const proxies = config.trustedProxies ?? [];
  const isProxy = trustedProxies(proxies);
  const plainBeyondLoopback = config.tls === undefined && !isLoopback(host);
  if (plainBeyondLoopback && proxies.length === 0) throw clearTextFault(host);
  const tls = config.tls === undefined ? undefined : await readTls(config.tls);
  return { host, isProxy, plainBeyondLoopback, tls };
}

export async function startServer(config: StartServerConfig): Promise<RunningServer> {
  const { host, isProxy, plainBeyondLoopback, tls } = await prepareServing(config);
  const token = await loadOrCreateToken(config.home);
  // Loaded here, so that commands without a server do not wait for fastify.
  const { createServer } = await import("./server.ts");
  const { server, feed, stopRuns } = await createServer({
    operations: config.operations,
    identity: config.identity,
    sensors: config.sensors,
    token,
    version: config.version,
    synthetic: config.synthetic,
    hosts: [host, ...(config.allowHosts ?? []), ...namesOf(host, tls)],
    tls,
    isProxy,
    // The proxy provides the encryption, so clear-text connections from any other peer are refused.
    acceptsPeer: plainBeyondLoopback ? (peer) => isLoopback(peer) || isProxy(peer) : undefined,
    doctor: config.doctor,
    configuration: config.configuration,
    onUnexpected: config.onUnexpected,
  });
  try {
    await server.listen({ host, port: config.port ?? DEFAULT_PORT });
  } catch (error) {
    await server.close();
    const port = config.port ?? DEFAULT_PORT;
    throw listenFault(error, host, port, await config.listenerOn?.(host, port));
  }
  const address = server.server.address();
  const bound = typeof address === "object" && address !== null ? address.port : (config.port ?? DEFAULT_PORT);
  const url = `${tls === undefined ? "http" : "https"}://${reachable(host)}:${bound}`;
  const publicUrl = config.publicUrl ?? browserUrl(config, bound, tls);
  config.identity?.serveAt(publicUrl);
  const present = { url, pid: process.pid, startedAt: formatInstant(config.clock.now()) };
  const announce = (identity: TlsIdentity | undefined): Promise<void> =>
    writeRunningServer(config.home, { ...present, certificate: identity?.leaf.toString() });
  await announce(tls);
  const following =
    config.tls === undefined || tls === undefined
      ? undefined
      : followTls({
          files: config.tls,
          identity: tls,
          every: config.tlsEvery ?? TLS_EVERY,
          async onChange(identity) {
            (server.server as unknown as TlsServer).setSecureContext(secureContextOf(identity));
            await announce(identity);
            config.onTls?.({ kind: "renewed", validTo: formatInstant(identity.leaf.validToDate.getTime()) });
          },
          onProblem: (problem) => config.onTls?.({ kind: "unusable", problem }),
        });
  return {
    url: isWildcard(host) && tls !== undefined ? publicUrl : url,
    publicUrl,
    tokenPath: tokenPath(config.home),
    tell(event) {
      if (event.kind === "listener-appeared" || event.kind === "listener-vanished") {
        feed.tell({ event: event.kind, data: event.listener });
      } else if (event.kind !== "log") feed.look();
    },
    async stop() {
      await following?.stop();
      await removeRunningServer(config.home, process.pid);
      await stopRuns();
      await server.close();
      await config.identity?.close();
    },
  };
}

function clearTextFault(host: string): Fault {
  return new Fault("config-invalid", `Without TLS, traffic to ${host} can be read and changed in transit.`, {
    place: host,
    next: "Give a certificate with --tls-certificate and --tls-key, or name the TLS proxy in front of the server with --trust-proxy.",
  });
}

/**
 * The URL for browsers. Passkeys need a host name, not an address: on this machine it is `localhost`, elsewhere the
 * first allowed host name, or the first one of the certificate. Behind a proxy, that is the proxy's name, over TLS.
 */
function browserUrl(config: Serving, port: number, tls: TlsIdentity | undefined): string {
  const host = config.host ?? DEFAULT_HOST;
  const [name] = config.allowHosts ?? [];
  if ((config.trustedProxies ?? []).length > 0 && name !== undefined) return `https://${name}`;
  const scheme = tls === undefined ? "http" : "https";
  if (name !== undefined && tls !== undefined) return `${scheme}://${name}:${port}`;
  if (isLoopback(host)) return `${scheme}://localhost:${port}`;
  const [own] = [...(tls === undefined ? [] : certificateNames(tls.leaf)), ...reachableAddresses()];
  return `${scheme}://${inUrl(isWildcard(host) ? (own ?? "localhost") : host)}:${port}`;
}

/** The URL for browsers of a server with these settings, whether it runs or not. */
export async function publicUrlOf(config: Serving & Pick<StartServerConfig, "publicUrl" | "port">): Promise<string> {
  if (config.publicUrl !== undefined) return config.publicUrl;
  return browserUrl(config, config.port ?? DEFAULT_PORT, config.tls && (await readTls(config.tls)));
}

/**
 * The names under which others may call it: those of its certificate, and every address of this machine if it listens
 * on all of them. A page elsewhere cannot take on an address as its own name.
 */
function namesOf(host: string, tls: TlsIdentity | undefined): string[] {
  return [
    ...(tls === undefined ? [] : certificateNames(tls.leaf)),
    ...(isWildcard(host) ? reachableAddresses().map(inUrl) : []),
  ];
}

/** A host that a client of the same machine can connect to. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return inUrl(host);
}

function inUrl(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

function listenFault(error: unknown, host: string, port: number, other: string | undefined): Fault {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const place = `${host}:${port}`;
  switch (code) {
    case "EADDRINUSE":
      return new Fault("conflict", `${other ?? "Another program"} already listens on ${place}.`, {
        place,
        next: "Stop it, choose another port with --port, or --port 0 for any free one.",
        cause: error,
      });
    case "EACCES":
      return new Fault("conflict", `This user is not allowed to listen on ${place}.`, {
        place,
        next: "Choose a port above 1023 with --port.",
        cause: error,
      });
    default:
      return new Fault(
        "config-invalid",
        `The API cannot listen on ${place}: ${error instanceof Error ? error.message : "unknown error"}.`,
        {
          place,
          next: "Give an address of this machine with --host.",
          cause: error,
        },
      );
  }
}
