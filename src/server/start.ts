import { isIPv6 } from "node:net";
import type { Operations, SensorDoor } from "../contract/index.ts";
import { Fault, formatInstant, type Clock } from "../model/index.ts";
import { removePresence, writePresence } from "./presence.ts";
import { loadOrCreateToken, tokenPath } from "./token.ts";

const DEFAULT_HOST = "127.0.0.1";
const DEFAULT_PORT = 4600;

export interface StartServerConfig {
  readonly operations: Operations;
  /** Absent: no sensor is admitted. */
  readonly sensors?: SensorDoor | undefined;
  readonly home: string;
  readonly version: string;
  readonly host?: string | undefined;
  /** 0: any free port. */
  readonly port?: number | undefined;
  /** Further names it answers to, e.g. that of a proxy in front of it. */
  readonly allowHosts?: readonly string[] | undefined;
  readonly clock: Clock;
  readonly onUnexpected: (error: unknown) => void;
}

export interface RunningServer {
  readonly url: string;
  /** Where the token lies; the token itself is never printed. */
  readonly tokenPath: string;
  /** Ends running sweeps as recorded partials, closes all connections, removes `server.json`. */
  stop(): Promise<void>;
}

export async function startServer(config: StartServerConfig): Promise<RunningServer> {
  const host = config.host ?? DEFAULT_HOST;
  const token = await loadOrCreateToken(config.home);
  // Loaded here, so that the commands that start no server do not wait for fastify.
  const { createServer } = await import("./server.ts");
  const { server, stopRuns } = await createServer({
    operations: config.operations,
    sensors: config.sensors,
    token,
    version: config.version,
    hosts: [host, ...(config.allowHosts ?? [])],
    onUnexpected: config.onUnexpected,
  });
  try {
    await server.listen({ host, port: config.port ?? DEFAULT_PORT });
  } catch (error) {
    await server.close();
    throw listenFault(error, host, config.port ?? DEFAULT_PORT);
  }
  const address = server.server.address();
  const bound = typeof address === "object" && address !== null ? address.port : (config.port ?? DEFAULT_PORT);
  const url = `http://${reachable(host)}:${bound}`;
  await writePresence(config.home, { url, pid: process.pid, startedAt: formatInstant(config.clock.now()) });
  return {
    url,
    tokenPath: tokenPath(config.home),
    async stop() {
      await removePresence(config.home, process.pid);
      await stopRuns();
      await server.close();
    },
  };
}

/** A host that a client of the same machine can connect to. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return isIPv6(host) ? `[${host}]` : host;
}

function listenFault(error: unknown, host: string, port: number): Fault {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const place = `${host}:${port}`;
  switch (code) {
    case "EADDRINUSE":
      return new Fault("conflict", `Another program already listens on ${place}.`, {
        place,
        next: "Choose another port with --port, or --port 0 for any free one.",
        cause: error,
      });
    case "EACCES":
      return new Fault("conflict", `This user may not listen on ${place}.`, {
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
