import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sql } from "kysely";
import { createApp } from "../../src/app.ts";
import type { VerifyResult } from "../../src/contract/index.ts";
import { openStore } from "../../src/platform/storage/index.ts";
import { freshPlace, STORE_KINDS, type Place } from "../databases.ts";
import { PROGRAM } from "./portolan.ts";

const SCOPE = `version: 1
name: tampered
systemTypes: { host: { cadence: 1h, ports: "1-200" } }
targets: [{ name: here, addresses: [127.0.0.1], systemType: host }]
`;

describe.each(STORE_KINDS)("one flipped byte of one stored entry on %s", (kind) => {
  let directory: string;
  let place: Place;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "portolan-flip-"));
    await writeFile(join(directory, "portolan.yaml"), SCOPE);
    place = await freshPlace(kind);
    const app = await createApp({ directory, home: place.home, databaseUrl: place.databaseUrl, identify: false });
    await app.operations.sweeps.run({ targets: [], engine: "auto", requestedBy: "test" }, {});
    await app.close();
  });

  afterAll(async () => {
    await place.remove();
    await rm(directory, { recursive: true, force: true });
  });

  async function verify(): Promise<{ status: number | null; result: VerifyResult }> {
    const child = spawn(process.execPath, [PROGRAM, "evidence", "verify", "--json"], {
      cwd: directory,
      env: {
        ...process.env,
        PORTOLAN_HOME: place.home,
        ...(place.databaseUrl === undefined ? {} : { DATABASE_URL: place.databaseUrl }),
      },
    });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (data: string) => (text += data));
    const [status] = (await once(child, "close")) as [number | null];
    return { status, result: JSON.parse(text) };
  }

  it("is refused by the database itself as long as its triggers are enabled", async () => {
    const store = await openStore(place);
    const flip = sql`UPDATE evidence_entry SET body = overlay(body placing 'X' from 20 for 1) WHERE index = 2`;
    await expect(flip.execute(store.db)).rejects.toThrow(/append-only/);
    await store.close();
    expect(await verify()).toMatchObject({ status: 0, result: { ok: true } });
  });

  it("is located, and the command exits 1", async () => {
    const store = await openStore(place);
    await sql`ALTER TABLE evidence_entry DISABLE TRIGGER USER`.execute(store.db);
    await sql`UPDATE evidence_entry SET body = overlay(body placing 'X' from 20 for 1) WHERE index = 2`.execute(
      store.db,
    );
    await store.close();
    const { status, result } = await verify();
    expect(status).toBe(1);
    expect(result.ok).toBe(false);
    expect(result.problems[0]).toMatchObject({ entry: 2 });
  });
});
