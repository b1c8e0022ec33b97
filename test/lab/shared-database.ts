import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import type { Station } from "./station.ts";

/**
 * Makes a PostgreSQL on this machine's loopback reachable under the same address in the namespaces of stations: through
 * a socket of the file system, so that no packet of it passes the interfaces that are counted.
 */
export async function shareDatabase(databaseUrl: string, directory: string, stations: readonly Station[]) {
  const { hostname, port } = new URL(databaseUrl);
  const path = join(directory, "database.sock");
  const open = new Set<Socket>();
  const bridge = createServer((client) => {
    const server = connect(Number(port), hostname);
    open.add(client).add(server);
    client.pipe(server).pipe(client);
    client.on("error", () => server.destroy()).on("close", () => open.delete(client));
    server.on("error", () => client.destroy()).on("close", () => open.delete(server));
  });
  await new Promise<void>((resolve) => bridge.listen(path, resolve));
  const relays: ChildProcess[] = [];
  for (const station of stations) {
    const relay = station.spawn([process.execPath, join(import.meta.dirname, "relay.ts"), port, path], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    relays.push(relay);
    if (relay.stdout !== null) await once(relay.stdout, "data");
  }
  return {
    async close(): Promise<void> {
      for (const relay of relays) relay.kill("SIGKILL");
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => bridge.close(resolve));
    },
  };
}
