import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp, restoreRecord, type App } from "../../src/app.ts";
import { createRemote } from "../../src/server/index.ts";
import { startServer } from "../../src/server/start.ts";
import { readToken } from "../../src/server/token.ts";
import { freshPlace, STORE_KINDS, type Place } from "../databases.ts";

const SCOPE = `version: 1
name: backed up
systemTypes: { host: { cadence: 1h, ports: "1-12000" } }
targets: [{ name: here, addresses: [127.0.0.1], systemType: host, owner: me }]
`;

async function collected(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* pieces(content: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += 10_000) yield await Promise.resolve(content.subarray(at, at + 10_000));
}

describe.each(STORE_KINDS)("a backup of %s, taken over the API while a sweep runs", (kind) => {
  let directory: string;
  let place: Place;
  let app: App;
  let service: Server;
  let backup: Buffer;
  let underWay = false;
  /** The results acknowledged before the backup was requested. */
  const acknowledged: { note: string; sweeps: number[]; at: number } = { note: "", sweeps: [], at: 0 };

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "portolan-backup-"));
    await writeFile(join(directory, "portolan.yaml"), SCOPE);
    service = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
    await once(service, "listening");
    place = await freshPlace(kind);
    app = await createApp({ directory, ...place, identify: false, version: "1.2.3" });
    const { operations } = app;
    const requested = { targets: [], engine: "auto", requestedBy: "test" } as const;
    acknowledged.sweeps.push((await operations.sweeps.run(requested, {})).sweep.id);
    const server = await startServer({
      operations,
      home: place.home,
      version: "1.2.3",
      port: 0,
      clock: { now: () => Date.now() },
      onUnexpected: (error) => expect.unreachable(String(error)),
    });
    const remote = createRemote({ url: server.url, token: (await readToken(place.home)) ?? "" });
    // Read before the running sweep records anything: that is not acknowledged yet.
    acknowledged.at = Date.now();
    const begun = Promise.withResolvers<void>();
    const sweeping = operations.sweeps.run(requested, { onProgress: () => begun.resolve() });
    await begun.promise;
    acknowledged.note = (await operations.evidence.checkpoint()).note;
    underWay = (await operations.status.get()).running.length > 0;
    backup = await collected(remote.backup.make());
    await sweeping;
    await server.stop();
  }, 60_000);

  afterAll(async () => {
    service.close();
    await app.close();
    await place.remove();
    await rm(directory, { recursive: true, force: true });
  });

  it("is taken while the sweep runs", () => expect(underWay).toBe(true));

  it.each(STORE_KINDS)(
    "is restored into %s: the log verifies, and nothing acknowledged before is missing",
    async (into) => {
      // Creating an embedded database takes seconds: one is enough.
      const target = await freshPlace(into, kind === into ? "empty" : "migrated");
      const result = await restoreRecord(target, () => pieces(backup));
      expect(result).toMatchObject({ store: into, program: "1.2.3", signingKey: "missing" });

      expect(result.keyFile).toBe(join(target.home, "keys/evidence.pem"));
      await copyFile(join(place.home, "keys/evidence.pem"), join(target.home, "keys/evidence.pem"));
      const restored = await createApp({ directory, ...target, identify: false });
      try {
        const { operations } = restored;
        const report = await operations.evidence.verify({});
        expect(report).toMatchObject({ ok: true, entries: result.log.size + 1, problems: [] });
        const size = Number(acknowledged.note.split("\n")[1]);
        expect(size).toBeGreaterThan(3);
        expect(report.entries).toBeGreaterThanOrEqual(size);
        const query = { at: acknowledged.at };
        expect(await operations.history.at(query)).toEqual(await app.operations.history.at(query));
        const findings = (all: Awaited<ReturnType<typeof operations.findings.all>>) =>
          all.findings
            .filter(({ openedAt }) => Date.parse(openedAt) < acknowledged.at)
            .map(({ fingerprint }) => fingerprint);
        expect(findings(await operations.findings.all({}))).toEqual(findings(await app.operations.findings.all({})));

        // It continues where the original stopped: no number is given twice, and the log is appended to.
        const next = await operations.sweeps.run({ targets: [], engine: "auto", requestedBy: "test" }, {});
        expect(next.sweep.id).toBeGreaterThan(Math.max(...acknowledged.sweeps));
        expect(await operations.evidence.verify({})).toMatchObject({ ok: true });
      } finally {
        await restored.close();
        await target.remove();
      }
    },
    60_000,
  );
});
