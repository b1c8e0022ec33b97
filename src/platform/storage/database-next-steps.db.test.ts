import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askForDatabases, freshPlace } from "../../../test/databases.ts";
import { Fault } from "../../model/index.ts";
import { openStore } from "./index.ts";
import { serverFault } from "./postgres-faults.ts";
import { parseDatabaseUrl } from "./postgres-place.ts";

/** The user of DATABASE_URL, whose password needs every escape that a URL has. */
const USER = `watch_${process.pid}`;
const PASSWORD = "a/b#c@d:e%f";

interface Ground {
  /** A database that {@link USER} owns, empty and in UTF8; `name` may be another one. */
  url(changes?: { password?: string; database?: string; host?: string; port?: string }): string;
  readonly database: string;
  /** Runs SQL as the superuser, in the database of the server's administration or in this one. */
  admin(sql: string): Promise<void>;
  inDatabase(sql: string): Promise<void>;
}

interface Case {
  readonly next: RegExp;
  readonly before?: (ground: Ground) => Promise<unknown>;
  readonly refused?: (ground: Ground) => string;
  /** What the text says, before the record is opened with `followed`; gets the text. */
  readonly first?: (ground: Ground, next: string) => Promise<unknown>;
  /** DATABASE_URL afterwards, the same unless the text changes it; undefined where the text says to unset it. */
  readonly followed?: (ground: Ground) => string | undefined;
}

const unset = (): undefined => undefined;
const right = (ground: Ground): string => ground.url();
const other = (ground: Ground): string => `${ground.database}_2`;
const raw = (ground: Ground): string => ground.url().replace(encodeURIComponent(PASSWORD), PASSWORD);
const named =
  /^Write it as postgresql:\/\/USER:PASSWORD@HOST:5432\/DATABASE, with special characters .* in %XX form, or unset/;

let held: pg.Client | undefined;
let starting: Awaited<ReturnType<typeof startUp>> | undefined;

const CASES: Readonly<Record<string, Case>> = {
  "a password with characters of a URL": { next: named, refused: raw, followed: right },
  "a password with characters of a URL, by leaving PostgreSQL": { next: named, refused: raw, followed: unset },
  "a port without a server": {
    next: /^Start the database server, or correct DATABASE_URL\.$/,
    refused: (ground) => ground.url({ port: "1" }),
    followed: right,
  },
  "a host without an address": {
    next: /^Correct the host in DATABASE_URL, or check the DNS\.$/,
    // Refused by the resolver itself, without a question to a server.
    refused: (ground) => ground.url({ host: "no..such" }),
    followed: right,
  },
  "a wrong password": {
    next: /^Correct user and password in DATABASE_URL, or the server's pg_hba\.conf\.$/,
    refused: (ground) => ground.url({ password: "wrong" }),
    followed: right,
  },
  "a database that does not exist": {
    next: /^Create it: CREATE DATABASE "portolan_[^"]+_2"\.$/,
    refused: (ground) => ground.url({ database: other(ground) }),
    first: async (ground, next) => {
      await ground.admin(/CREATE DATABASE [^.]+/.exec(next)![0]);
      await ground.admin(`ALTER DATABASE ${other(ground)} OWNER TO ${USER}`);
    },
    followed: (ground) => ground.url({ database: other(ground) }),
  },
  "a database that the user may not connect to": {
    next: /^Grant it CONNECT on the database\.$/,
    before: (ground) => ground.admin(`REVOKE CONNECT ON DATABASE ${ground.database} FROM PUBLIC, ${USER}`),
    first: (ground) => ground.admin(`GRANT CONNECT ON DATABASE ${ground.database} TO ${USER}`),
  },
  "no connection left": {
    next: /^End other clients, or raise the limit: max_connections of the server, or CONNECTION LIMIT of the user or the/,
    before: async (ground) => {
      await ground.admin(`ALTER DATABASE ${ground.database} CONNECTION LIMIT 1`);
      await hold(ground);
    },
    first: release,
  },
  "no connection left, and a higher limit": {
    next: /^End other clients, or raise the limit: max_connections of the server, or CONNECTION LIMIT of the user or the/,
    before: async (ground) => {
      await ground.admin(`ALTER ROLE ${USER} CONNECTION LIMIT 1`);
      await hold(ground);
    },
    first: (ground) => ground.admin(`ALTER ROLE ${USER} CONNECTION LIMIT 9`),
  },
  "a database closed for maintenance": {
    next: /^Check the database server and its log, and try again\.$/,
    before: (ground) => ground.admin(`ALTER DATABASE ${ground.database} ALLOW_CONNECTIONS false`),
    first: (ground) => ground.admin(`ALTER DATABASE ${ground.database} ALLOW_CONNECTIONS true`),
  },
  "a server that is starting up": {
    next: /^Try again in a moment\.$/,
    before: async (ground) => {
      starting = await startUp(new URL(ground.url()));
    },
    refused: (ground) => ground.url({ host: "127.0.0.1", port: String(starting?.port) }),
    first: () => Promise.resolve(starting?.ready()),
    followed: (ground) => ground.url({ host: "127.0.0.1", port: String(starting?.port) }),
  },
  "a database in another encoding": {
    next: /^Create a database with ENCODING 'UTF8' TEMPLATE template0 and name that one in DATABASE_URL\.$/,
    before: (ground) =>
      ground.admin(`CREATE DATABASE ${other(ground)} OWNER ${USER} ENCODING 'LATIN1' TEMPLATE template0`),
    refused: (ground) => ground.url({ database: other(ground) }),
    first: async (ground, next) => {
      const options = /ENCODING 'UTF8' TEMPLATE template0/.exec(next)![0];
      await ground.admin(`CREATE DATABASE ${ground.database}_3 OWNER ${USER} ${options}`);
    },
    followed: (ground) => ground.url({ database: `${ground.database}_3` }),
  },
  "a database of somebody else, by owning it": {
    next: /^Make watch_\d+ the owner of the database, or /,
    before: disown,
    first: (ground) => ground.admin(`ALTER DATABASE ${ground.database} OWNER TO ${USER}`),
  },
  "a database of somebody else, by its owner's leave": {
    next: /, or let its owner run there: GRANT CREATE ON DATABASE "[^"]+" TO "[^"]+"; GRANT CREATE ON SCHEMA public TO/,
    before: disown,
    first: (ground, next) => ground.inDatabase(/GRANT .*(?=\.$)/.exec(next)![0]),
  },
  "a server without contrib modules": {
    next: /^Install PostgreSQL's contrib modules on the database server/,
    before: (ground) => ground.admin(`ALTER ROLE ${USER} SET extension_control_path = '/nonexistent'`),
    first: (ground) => ground.admin(`ALTER ROLE ${USER} RESET extension_control_path`),
  },
  "a table of another program in the way": {
    next: /^Correct the cause that the message names; nothing was changed\.$/,
    before: (ground) => ground.inDatabase("CREATE TABLE public.sweep (); CREATE TABLE public.sweeps ()"),
    first: (ground) => ground.inDatabase("DROP TABLE public.sweep; DROP TABLE public.sweeps"),
  },
};

describe("the next step of a database that cannot be used", () => {
  let home = "";
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), "portolan-next-"));
  });
  afterAll(() => rmSync(home, { recursive: true }));

  it.each(Object.entries(CASES))(
    "leads on from %s",
    { tags: ["long"] },
    async (name, { next, before, refused = right, first, followed = right }) => {
      const ground = await prepare();
      try {
        await before?.(ground);
        const fault = await faultOf(refused(ground), home);
        expect(fault.next).toMatch(next);
        await first?.(ground, fault.next);
        const databaseUrl = followed(ground);
        const store = await openStore({ databaseUrl, home: join(home, name.replaceAll(/\W+/g, "-")) });
        expect(store.kind).toBe(databaseUrl === undefined ? "embedded" : "postgresql");
        // The job queue makes it when Portolan starts.
        if (databaseUrl !== undefined) await store.executeSql("CREATE SCHEMA pgboss");
        await store.close();
      } finally {
        await release();
        starting?.close();
        await ground.remove();
      }
    },
  );

  it("leads from a server that is too old or a standby to one that is neither", async () => {
    const place = parseDatabaseUrl("postgresql://watch@db.internal/record");
    const fit = { version: 180_004, name: "18.4", encoding: "UTF8", standby: false };
    const old = serverFault({ ...fit, version: 140_012, name: "14.12" }, place)!.next;
    expect(old).toMatch(/^Use PostgreSQL \d+ or newer, or unset DATABASE_URL to use the embedded database\.$/);
    const oldest = Number(/\d+/.exec(old)![0]);
    expect(serverFault({ ...fit, version: oldest * 10_000 }, place)).toBeUndefined();
    await (await openStore({ home: join(home, "instead") })).close();
    expect(serverFault({ ...fit, standby: true }, place)!.next).toBe("Name the primary server in DATABASE_URL.");
    expect(serverFault(fit, place)).toBeUndefined();
  });
});

async function prepare(): Promise<Ground & { remove(): Promise<void> }> {
  const { adminUrl } = await askForDatabases();
  const place = await freshPlace("postgresql", "empty");
  const database = new URL(place.databaseUrl!).pathname.slice(1);
  const admin = (sql: string): Promise<void> => runSql(adminUrl, sql);
  await admin(`CREATE ROLE ${USER} LOGIN PASSWORD '${PASSWORD}'`);
  await admin(`ALTER DATABASE ${database} OWNER TO ${USER}`);
  return {
    database,
    admin,
    inDatabase: (sql) => runSql(place.databaseUrl!, sql),
    url({ password = PASSWORD, database: named = database, host, port } = {}) {
      const { hostname, port: listening } = new URL(adminUrl);
      return `postgresql://${USER}:${encodeURIComponent(password)}@${host ?? hostname}:${port ?? listening}/${named}`;
    },
    async remove() {
      for (const suffix of ["_2", "_3"]) await admin(`DROP DATABASE IF EXISTS ${database}${suffix} WITH (FORCE)`);
      await place.remove();
      await admin(`DROP ROLE ${USER}`);
    },
  };
}

async function disown(ground: Ground): Promise<void> {
  await ground.admin(`ALTER DATABASE ${ground.database} OWNER TO CURRENT_USER`);
}

async function hold(ground: Ground): Promise<void> {
  held = new pg.Client({ connectionString: ground.url() });
  held.on("error", () => undefined);
  await held.connect();
}

async function release(): Promise<void> {
  await held?.end();
  held = undefined;
}

async function runSql(connectionString: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

async function faultOf(databaseUrl: string, home: string): Promise<Fault> {
  const error: unknown = await openStore({ databaseUrl, home }).then(
    (store) => store.close(),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Fault);
  return error as Fault;
}

/** Answers as PostgreSQL does while it starts (message formats: "ErrorResponse"), and is the real server when it is ready. */
async function startUp(real: URL): Promise<{ readonly port: number; ready(): void; close(): void }> {
  let isReady = false;
  const fields = ["SFATAL", "VFATAL", "C57P03", "Mthe database system is starting up"].join("\0");
  const error = Buffer.concat([Buffer.from("E\0\0\0\0"), Buffer.from(`${fields}\0\0`)]);
  error.writeInt32BE(error.length - 1, 1);
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    if (isReady) {
      const forward = connect(Number(real.port), real.hostname);
      forward.on("error", () => socket.destroy());
      socket.pipe(forward).pipe(socket);
    } else socket.once("data", () => socket.end(error));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return { port, ready: () => (isReady = true), close: () => server.close() };
}
