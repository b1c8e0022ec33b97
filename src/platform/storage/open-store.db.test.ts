import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { askForDatabases, freshPlace } from "../../../test/databases.ts";
import { Fault } from "../../model/index.ts";
import { openStore } from "./index.ts";
import { migrationFault, serverFault } from "./postgres-faults.ts";
import { parseDatabaseUrl } from "./postgres-place.ts";

const SECRET = "s3cr%2Fet-w0rd";

async function faultOf(opening: Promise<unknown>): Promise<Fault> {
  const error = await opening.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Fault);
  return error as Fault;
}

function everythingSaid(fault: Fault): string {
  return `${fault.message} ${fault.place} ${fault.next} ${fault.stack} ${String(fault.cause)} ${JSON.stringify(fault.cause)}`;
}

/** Whatever below the folder group or others can read, write or enter. */
function openToOthers(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (name) => (statSync(join(folder, name)).mode & 0o077) !== 0,
  );
}

describe("the embedded directory", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "portolan-open-"));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it("is created for its owner only", async () => {
    const { home, remove } = await freshPlace("embedded", "empty");
    rmSync(home, { recursive: true });
    const store = await openStore({ home });
    await store.close();
    expect(statSync(home).mode & 0o777).toBe(0o700);
    expect(statSync(join(home, "data")).mode & 0o777).toBe(0o700);
    expect(openToOthers(home)).toEqual([]);
    expect(readdirSync(home).sort()).toEqual(["data", "lock"]);
    await remove();
  });

  it("of an earlier version, whose files others could read, is closed", async () => {
    const { home, remove } = await freshPlace("embedded");
    chmodSync(join(home, "data/PG_VERSION"), 0o666);
    chmodSync(join(home, "data/base"), 0o755);
    await (await openStore({ home })).close();
    expect(openToOthers(join(home, "data"))).toEqual([]);
    await remove();
  });

  it("below a file is refused", async () => {
    writeFileSync(join(root, "file"), "");
    const fault = await faultOf(openStore({ home: join(root, "file", "home") }));
    expect(fault).toMatchObject({ code: "store-unavailable", place: join(root, "file", "home") });
    expect(fault.message).toContain("is a file, not a directory");
    expect(await faultOf(openStore({ home: join(root, "file") }))).toMatchObject({
      message: expect.stringContaining("is a file, but Portolan keeps its record in a directory"),
    });
  });

  it("without a database in data is refused, and no new one is created", async () => {
    const place = await freshPlace("embedded");
    rmSync(join(place.home, "data", "PG_VERSION"));
    const fault = await faultOf(openStore(place));
    expect(fault.message).toContain("holds no database");
    await place.remove();
  });

  it("that is damaged is refused with PostgreSQL's message, and stays unchanged", async () => {
    const place = await freshPlace("embedded");
    rmSync(join(place.home, "data", "global", "pg_control"));
    const before = readdirSync(join(place.home, "data", "global"));
    const fault = await faultOf(openStore(place));
    expect(fault.message).toContain('could not open file "global/pg_control"');
    expect(fault.next).toContain("Move the directory data in it away.");
    expect(readdirSync(join(place.home, "data", "global"))).toEqual(before);
    await place.remove();
  });

  it("is held by one process; another gets a fault that names it, and the directory once that process is killed", async () => {
    const place = await freshPlace("embedded");
    const holder = spawn(
      process.execPath,
      [
        "--input-type=module",
        "-e",
        `const { openStore } = await import(process.argv[1]); await openStore({ home: process.argv[2] });
         console.log("open"); setInterval(() => undefined, 1000);`,
        join(import.meta.dirname, "index.ts"),
        place.home,
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const ended = once(holder, "exit");
    await once(holder.stdout, "data");
    const fault = await faultOf(openStore(place));
    expect(fault).toMatchObject({ code: "store-locked", place: place.home });
    expect(fault.message).toContain(`in use by process ${holder.pid}`);
    holder.kill("SIGKILL");
    await ended;
    const store = await openStore(place);
    expect((await faultOf(openStore(place))).message).toContain("this process itself");
    await store.close();
    await place.remove();
  });
});

describe("a PostgreSQL database", () => {
  it.each(["mysql://root@db/x", "portolan.db", "postgresql://u:p@[::1/x", `postgresql://u:${SECRET}@db:99999/x`])(
    "is not named by %s",
    async (databaseUrl) => {
      const fault = await faultOf(openStore({ databaseUrl, home: "/nowhere" }));
      expect(fault).toMatchObject({ code: "config-invalid", place: "DATABASE_URL" });
      expect(everythingSaid(fault)).not.toContain("s3cr");
    },
  );

  it("that is down is named without its password", async () => {
    const port = await refusedPort();
    const databaseUrl = `postgresql://watch:${SECRET}@127.0.0.1:${port}/record`;
    const fault = await faultOf(openStore({ databaseUrl, home: "/nowhere" }));
    expect(fault).toMatchObject({
      code: "store-unavailable",
      place: `127.0.0.1:${port}`,
      message: `The database record on 127.0.0.1:${port} as user watch cannot be used: nothing accepts connections on 127.0.0.1:${port}`,
    });
    expect(everythingSaid(fault)).not.toContain("s3cr");
  });

  it("with a wrong password, or none of that name, is named without its password", async () => {
    const { adminUrl } = await askForDatabases();
    const wrong = new URL(adminUrl);
    wrong.password = SECRET;
    const refused = await faultOf(openStore({ databaseUrl: wrong.href, home: "/nowhere" }));
    expect(refused.message).toContain("refuses user portolan (wrong password)");
    expect(everythingSaid(refused)).not.toContain("s3cr");
    const absent = new URL(adminUrl);
    absent.pathname = "/no_such";
    const missing = await faultOf(openStore({ databaseUrl: absent.href, home: "/nowhere" }));
    expect(missing.next).toBe('Create it: CREATE DATABASE "no_such".');
  });

  it("where this user may not create tables, or the extension is missing, says what to grant or install", async () => {
    const place = await freshPlace("postgresql", "empty");
    const admin = await openAs((await askForDatabases()).adminUrl);
    const database = new URL(place.databaseUrl!).pathname.slice(1);
    await admin(`CREATE ROLE guest LOGIN PASSWORD 'guest'`);
    const guest = new URL(place.databaseUrl!);
    guest.username = guest.password = "guest";
    try {
      const refused = await faultOf(openStore({ databaseUrl: guest.href, home: "/nowhere" }));
      expect(refused.message).toContain(
        "user guest is not allowed to create what Portolan needs there (permission denied",
      );
      await admin(`ALTER DATABASE ${database} OWNER TO guest`);
      await admin(`ALTER ROLE guest SET extension_control_path = '/nonexistent'`);
      const lacking = await faultOf(openStore({ databaseUrl: guest.href, home: "/nowhere" }));
      expect(lacking.message).toContain("the server lacks the extension btree_gist");
      await admin(`ALTER ROLE guest RESET extension_control_path`);
      const store = await openStore({ databaseUrl: guest.href, home: "/nowhere" });
      await store.close();
    } finally {
      await place.remove();
      await admin("DROP ROLE guest");
    }
  });

  it("on a server that is too old, differently encoded or read-only is refused", () => {
    const place = parseDatabaseUrl("postgresql://watch@db.internal/record");
    const facts = { version: 180_004, name: "18.4", encoding: "UTF8", standby: false };
    expect(serverFault(facts, place)).toBeUndefined();
    expect(serverFault({ ...facts, version: 150_000 }, place)).toBeUndefined();
    expect(serverFault({ ...facts, version: 140_012, name: "14.12" }, place)?.message).toBe(
      "The database record on db.internal:5432 as user watch cannot be used: the server is PostgreSQL 14.12",
    );
    expect(serverFault({ ...facts, encoding: "LATIN1" }, place)?.message).toContain("encoded in LATIN1");
    expect(serverFault({ ...facts, standby: true }, place)?.message).toContain("read-only standby");
  });

  it("never brings control characters of the server or the URL to the terminal", () => {
    const place = parseDatabaseUrl("postgresql://wa%1b[31mtch@db/rec%0aord");
    expect(place.text).toBe("database rec?ord on db:5432 as user wa?[31mtch");
    expect(migrationFault(new Error("bad\u001b[2J\nthing"), place).message).toContain("(bad [2J thing)");
  });
});

async function openAs(databaseUrl: string): Promise<(statement: string) => Promise<void>> {
  const { default: pg } = await import("pg");
  return async (statement) => {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
}

/** A loopback port without a listener: the local end of a connection that was closed. */
async function refusedPort(): Promise<number> {
  const { port } = new URL((await askForDatabases()).adminUrl);
  const socket = connect(Number(port), "127.0.0.1");
  await once(socket, "connect");
  const local = socket.localPort!;
  socket.destroy();
  await once(socket, "close");
  return local;
}
