import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { endlessSweep, fakeOperations } from "../../test/fakes/operations.ts";
import * as results from "../../test/fakes/results.ts";
import type { Operations, ServerOperations, SweepProgress } from "../contract/index.ts";
import { Fault, FAULT_CODES } from "../model/index.ts";
import { createRemote } from "./client.ts";
import { runningServerPath, readRunningServer } from "./running-server.ts";
import { startServer, type RunningServer } from "./start.ts";
import { loadOrCreateToken, readToken, tokenPath } from "./token.ts";

let home: string;
let running: RunningServer[];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "portolan-server-"));
  running = [];
});
afterEach(async () => {
  for (const server of running) await server.stop();
  await rm(home, { recursive: true });
});

async function serve(operations: ServerOperations): Promise<{ server: RunningServer; remote: Operations }> {
  const server = await startServer({
    operations,
    home,
    version: "0.0.0",
    port: 0,
    clock: { now: () => Date.parse("2026-03-14T09:00:00Z") },
    onUnexpected: () => undefined,
  });
  running.push(server);
  return { server, remote: createRemote({ url: server.url, token: await loadOrCreateToken(home) }) };
}

async function* chunks(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(Buffer.from(text));
}

const asked = { targets: ["dmz"], engine: "auto", requestedBy: "jane" } as const;

describe("createRemote", () => {
  it("returns the results of the operations behind the server, and passes its requests to them unchanged", async () => {
    const operations = fakeOperations();
    const { remote } = await serve(operations);
    const from = Date.parse("2026-03-13T09:00:00Z");
    const to = Date.parse("2026-03-14T09:00:00.123Z");
    const approval = { document: "version: 1\n", file: "port-baseline.yaml", approvedBy: "Jane" };

    expect(await remote.status.get()).toEqual(results.status);
    expect(await remote.history.at({ at: to, asset: "web & co" })).toEqual(results.at);
    expect(await remote.history.diff({ from, to, vantage: "outside" })).toEqual(results.diff);
    expect(await remote.history.gaps({ from, to })).toEqual(results.gaps);
    expect(await remote.findings.all({})).toEqual(results.findings);
    expect(await remote.findings.all({ status: ["new"] })).toEqual(results.findings);
    const { content, ...exported } = await remote.findings.export({
      format: "pdf",
      status: ["new", "regressed"],
      asset: "web & co",
      openedSince: from,
    });
    expect(exported).toEqual({ fileName: "portolan-findings-2026-03-14T090000Z.pdf", findings: 2, open: 2 });
    let text = "";
    for await (const piece of content) text += Buffer.from(piece).toString();
    expect(text).toBe(results.exported.pdf);
    expect(await remote.findings.all({ status: ["new", "regressed"] })).toEqual(results.findings);
    expect(await remote.baseline.get({})).toEqual(results.baseline);
    expect(await remote.baseline.propose()).toEqual(results.proposal);
    expect(await remote.baseline.approve(approval)).toEqual(results.approval);
    expect(await remote.evidence.verify({})).toEqual(results.verified);
    expect(await remote.evidence.checkpoint()).toEqual(results.checkpoint);
    expect(await remote.sweeps.run(asked, {})).toEqual(results.sweep);

    const wanted = { file: "a b.xml", format: "auto", vantage: "outside", requestedBy: "jane" } as const;
    const twice = { ...wanted, ports: "1-10", targets: ["dmz", "10.0.0.0/8"] };
    expect(await remote.imports.run({ ...wanted, targets: [] }, chunks("<nmap", "run/>"))).toEqual(results.imported);
    expect(await remote.imports.run(twice, chunks())).toEqual(results.imported);

    const proposed = operations.calls.find(({ operation }) => operation === "baseline.propose");
    expect(proposed?.by).toMatchObject({ kind: "operator" });
    expect(operations.calls.map(({ operation, argument }) => [operation, argument])).toEqual([
      ["status.get", undefined],
      ["history.at", { at: to, asset: "web & co" }],
      ["history.diff", { from, to, vantage: "outside" }],
      ["history.gaps", { from, to }],
      ["findings.list", { limit: 1000 }],
      ["findings.list", { limit: 1000, status: ["new"] }],
      ["findings.export", { format: "pdf", status: ["new", "regressed"], asset: "web & co", openedSince: from }],
      ["findings.list", { limit: 1000, status: ["new", "regressed"] }],
      ["baseline.get", {}],
      ["baseline.propose", undefined],
      ["baseline.approve", { ...approval, onVersion: undefined, idempotencyKey: undefined }],
      ["evidence.verify", {}],
      ["evidence.checkpoint", undefined],
      ["sweeps.run", asked],
      ["imports.run", { ...wanted, targets: [], content: "<nmaprun/>" }],
      ["imports.run", { ...twice, content: "" }],
    ]);
  });

  it("throws the fault of an import that ends before its file does", async () => {
    const fault = new Fault("conflict", "known already", { next: "Give another." });
    const { remote } = await serve(
      fakeOperations({
        imports: {
          async run(_request, content) {
            for await (const chunk of content) if (chunk.length > 0) throw fault;
            throw new Error("nothing was sent");
          },
        },
      }),
    );
    const large = chunks(...Array.from({ length: 400 }, () => "x".repeat(65_536)));
    const request = { file: "a.xml", format: "auto", vantage: "import", targets: [], requestedBy: "jane" } as const;
    await expect(remote.imports.run(request, large)).rejects.toMatchObject({ code: "conflict", next: "Give another." });
  });

  it.each(FAULT_CODES)("preserves a %s fault with its place and next step", async (code) => {
    const fault = new Fault(code, "it is so\nand so", { place: "portolan.yaml:3:1", next: "Mend it." });
    const { remote } = await serve(
      fakeOperations({
        status: { get: () => Promise.reject(fault) },
        sweeps: { run: () => Promise.reject(fault) },
      }),
    );
    for (const act of [() => remote.status.get(), () => remote.sweeps.run(asked, {})]) {
      const error: unknown = await act().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Fault);
      expect(error).toMatchObject({ code, message: fault.message, place: fault.place, next: fault.next });
    }
  });

  it("reports progress while the sweep runs, and ends with the recorded partial when it is aborted", async () => {
    const { remote } = await serve(fakeOperations({ sweeps: { run: endlessSweep() } }));
    const controller = new AbortController();
    const progress: SweepProgress[] = [];
    const result = await remote.sweeps.run(asked, {
      signal: controller.signal,
      onProgress(next) {
        progress.push(next);
        controller.abort();
      },
    });
    expect(progress).toHaveLength(1);
    expect(progress[0]).toMatchObject({ sweepId: 12, done: 1000, planned: 196_605 });
    expect(result.sweep).toMatchObject({ verdict: "partial", reason: "stopped by request" });
  });

  it("gives the recorded partial when the server is stopped", async () => {
    const { server, remote } = await serve(fakeOperations({ sweeps: { run: endlessSweep() } }));
    const result = await remote.sweeps.run(asked, { onProgress: () => void server.stop() });
    expect(result.sweep.verdict).toBe("partial");
  });

  it("names the next step if no server listens", async () => {
    const { server, remote } = await serve(fakeOperations());
    await server.stop();
    const error: unknown = await remote.status.get().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "store-unavailable", place: server.url });
    expect((error as Fault).message).toContain("ECONNREFUSED");
    expect((error as Fault).next).toContain("portolan start");
  });

  it.each([
    ["text that is not JSON", 200, "<html>"],
    ["JSON of another shape", 200, '{"hello":1}'],
    ["an error without problem details", 500, "oops"],
  ])("rejects %s as a response", async (_name, status, body) => {
    const stranger = createHttpServer((_request, response) => response.writeHead(status).end(body));
    await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
    const address = stranger.address();
    const remote = createRemote({
      url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
      token: "t".repeat(43),
    });
    await expect(remote.status.get()).rejects.toBeInstanceOf(Fault);
    await expect(remote.sweeps.run(asked, {})).rejects.toBeInstanceOf(Fault);
    stranger.close();
  });
});

describe("server.json", () => {
  it("exists while the server runs, is readable only by its owner, and is removed afterwards", async () => {
    const { server } = await serve(fakeOperations());
    expect(await readRunningServer(home)).toEqual({
      url: server.url,
      pid: process.pid,
      startedAt: "2026-03-14T09:00:00.000Z",
    });
    expect((await stat(runningServerPath(home))).mode & 0o777).toBe(0o600);
    await server.stop();
    expect(await readRunningServer(home)).toBeUndefined();
  });

  it.each([
    "",
    "{",
    "[]",
    '{"url":"file:///etc/passwd","pid":1,"startedAt":""}',
    '{"url":"http://x","pid":-1,"startedAt":""}',
  ])("is ignored if it reads %s", async (text) => {
    await writeFile(runningServerPath(home), text);
    expect(await readRunningServer(home)).toBeUndefined();
  });
});

describe("the token", () => {
  it("is created once, even by several simultaneous starts, in a file that only its owner can read", async () => {
    const tokens = await Promise.all(Array.from({ length: 8 }, () => loadOrCreateToken(home)));
    expect(new Set(tokens).size).toBe(1);
    expect(tokens[0]).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect((await stat(tokenPath(home))).mode & 0o777).toBe(0o600);
    expect((await readFile(tokenPath(home), "utf8")).trim()).toBe(tokens[0]);
  });

  it("is refused if others can read it, or if the file contains something else", async () => {
    await writeFile(tokenPath(home), `${"t".repeat(43)}\n`, { mode: 0o644 });
    await expect(readToken(home)).rejects.toMatchObject({ code: "unauthorized", place: tokenPath(home) });
    await rm(tokenPath(home));
    await writeFile(tokenPath(home), "", { mode: 0o600 });
    await expect(readToken(home)).rejects.toMatchObject({ code: "unauthorized" });
  });

  it("is absent before the first start", async () => {
    expect(await readToken(home)).toBeUndefined();
  });
});

describe("a port that is taken", () => {
  it("is reported with the next step", async () => {
    const { server } = await serve(fakeOperations());
    const port = Number(new URL(server.url).port);
    const other = await mkdtemp(join(tmpdir(), "portolan-server-"));
    const start = startServer({
      operations: fakeOperations(),
      home: other,
      version: "0.0.0",
      port,
      clock: { now: () => 0 },
      onUnexpected: () => undefined,
    });
    await expect(start).rejects.toMatchObject({ code: "conflict", place: `127.0.0.1:${port}` });
    expect(await readRunningServer(other)).toBeUndefined();
    await rm(other, { recursive: true });
  });
});
