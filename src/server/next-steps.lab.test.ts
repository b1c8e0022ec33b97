import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { chmod, copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json, text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from "vitest";
import { makeCertificate, type CertificateFiles } from "../../test/certificates.ts";
import { endlessSweep, fakeOperations } from "../../test/fakes/operations.ts";
import * as results from "../../test/fakes/results.ts";
import { Fault } from "../model/index.ts";
import { createRemote, readToken, startServer, type StartServerConfig } from "./index.ts";
import { trustedProxies } from "./proxies.ts";
import { createServer } from "./server.ts";
import { readTls } from "./tls.ts";
import { loadOrCreateToken, tokenPath } from "./token.ts";

let folder = "";
let home = "";
let good: CertificateFiles;
let other: CertificateFiles;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "portolan-tls-next-"));
  good = makeCertificate(folder, "good");
  other = makeCertificate(folder, "other");
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "portolan-next-"));
});
afterEach(() => rm(home, { recursive: true }));

interface Case {
  readonly next: RegExp;
  readonly refused: () => unknown;
  /** What the text says to do, if that is more than to give something else; gets the text. */
  readonly first?: (next: string) => Promise<unknown>;
  readonly followed: readonly (() => unknown)[];
}

const inHome = (name: string): string => join(home, name);

/** Started, asked for its status as a client asks, and stopped. */
async function serve(settings: Partial<StartServerConfig>): Promise<void> {
  const server = await startServer({
    operations: fakeOperations(),
    home,
    version: "0.0.0",
    port: 0,
    clock: { now: () => 0 },
    onUnexpected: () => undefined,
    ...settings,
  });
  try {
    await ask(server.url);
  } finally {
    await server.stop();
  }
}

async function ask(url: string): Promise<void> {
  await createRemote({ url, token: await loadOrCreateToken(home) }).status.get();
}

async function encrypted(): Promise<void> {
  const path = inHome("locked.key");
  execFileSync("openssl", ["pkey", "-in", good.key, "-aes256", "-passout", "pass:secret", "-out", path]);
  await chmod(path, 0o600);
  await readTls({ certificate: good.certificate, key: path });
}

const CASES: Readonly<Record<string, Case>> = {
  "a key that belongs to another certificate": {
    next: /^Give the key that \S+other\.pem was issued for; the server's certificate comes first in that file\.$/,
    refused: () => readTls({ certificate: other.certificate, key: good.key }),
    followed: [() => readTls(other)],
  },
  "a chain that does not begin with the server's certificate": {
    next: /; the server's certificate comes first in that file\.$/,
    refused: async () => {
      await writeFile(inHome("chain.pem"), await chain(other, good));
      await readTls({ certificate: inHome("chain.pem"), key: good.key });
    },
    first: async () => writeFile(inHome("chain.pem"), await chain(good, other)),
    followed: [() => readTls({ certificate: inHome("chain.pem"), key: good.key })],
  },
  "a key with a passphrase": {
    next: /^Write it without a passphrase to a file that only this user can read: openssl pkey -in \S+ -out server\.key$/,
    refused: encrypted,
    first: async (next) => {
      const [program, ...words] = next.slice(next.indexOf("openssl")).split(" ");
      execFileSync(program!, [...words, "-passin", "pass:secret"], { cwd: home });
    },
    followed: [() => readTls({ certificate: good.certificate, key: inHome("server.key") })],
  },
  "a key for a certificate": {
    next: /^Give a PEM file with the server's certificate\.$/,
    refused: () => readTls({ certificate: good.key, key: good.key }),
    followed: [() => readTls(good)],
  },
  "a certificate for a key": {
    next: /^Give a PEM file with the server's private key\.$/,
    refused: async () => {
      await copyFile(good.certificate, inHome("server.key"));
      await chmod(inHome("server.key"), 0o600);
      await readTls({ certificate: good.certificate, key: inHome("server.key") });
    },
    followed: [() => readTls(good)],
  },
  "a certificate under another name": {
    next: /^Check the name of the file, and that the user who runs Portolan can read it\.$/,
    refused: () => readTls({ ...good, certificate: inHome("god.pem") }),
    followed: [() => readTls(good)],
  },
  "a proxy by its name": {
    next: /^Write the proxy's address or network, such as 10\.0\.0\.7, 10\.0\.0\.0\/24 or 2001:db8::\/64\.$/,
    refused: () => trustedProxies(["proxy.internal"]),
    followed: ["10.0.0.7", "10.0.0.0/24", "2001:db8::/64"].map((text) => () => trustedProxies([text])),
  },
  "an address of another machine": {
    next: /^Give an address of this machine with --host\.$/,
    refused: () => serve({ host: "192.0.2.1", trustedProxies: ["192.0.2.7"] }),
    followed: [() => serve({ host: "127.0.0.1" })],
  },
  "a token that others can read": {
    next: /^Remove \S+token and start Portolan again: it creates a new one that only you can read\.$/,
    refused: async () => {
      await loadOrCreateToken(home);
      await chmod(tokenPath(home), 0o644);
      await readToken(home);
    },
    first: () => rm(tokenPath(home)),
    followed: [() => serve({}), () => readToken(home)],
  },
  "a file that holds something else for a token": {
    next: /^Remove \S+token and start Portolan again: it creates a new one\.$/,
    refused: async () => {
      await writeFile(tokenPath(home), "nothing\n", { mode: 0o600 });
      await readToken(home);
    },
    first: () => rm(tokenPath(home)),
    followed: [() => serve({}), () => readToken(home)],
  },
};

describe("the next step of a server that does not start", () => {
  it.each(Object.entries(CASES))("leads on from %s", async (_, { next, refused, first, followed }) => {
    const fault: unknown = await attempt(refused).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(Fault);
    expect((fault as Fault).next).toMatch(next);
    await first?.((fault as Fault).next);
    for (const again of followed) await attempt(again);
  });
});

describe("the next step of a refused request", () => {
  it("opens another event stream once one is closed", async () => {
    const token = await loadOrCreateToken(home);
    const operations = fakeOperations();
    const { server } = await createServer({
      operations,
      token,
      version: "0.0.0",
      hosts: [],
      onUnexpected: () => undefined,
    });
    const open = (signal?: AbortSignal) =>
      server.inject({
        url: "/api/v1/events",
        headers: { host: "localhost", authorization: `Bearer ${token}` },
        payloadAsStream: true,
        ...(signal === undefined ? {} : { signal }),
      });
    const streams = await Promise.all(Array.from({ length: 1_999 }, () => open()));
    expect(new Set(streams.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
    const reader = new AbortController();
    expect((await open(reader.signal)).statusCode).toBe(200);
    const refused = await open();
    expect(refused.statusCode).toBe(503);
    expect(await json(refused.stream())).toMatchObject({ next: "Close a stream, or wait until one closes." });
    reader.abort();
    await expect.poll(async () => (await open()).statusCode).toBe(200);
    await server.close();
  });

  it("stops a sweep that the status lists", async () => {
    const { sweep } = results.sweep;
    const running = { ...results.status, running: [{ ...sweep, id: 12 }] };
    const operations = fakeOperations({
      status: { get: () => Promise.resolve(running) },
      sweeps: { run: endlessSweep() },
    });
    await withServer(operations, async (url, headers) => {
      const { body } = await fetch(`${url}/api/v1/sweeps`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify({ targets: [], engine: "auto", requestedBy: "jane" }),
      });
      const stop = async (id: string | number) => fetch(`${url}/api/v1/sweeps/${id}`, { method: "DELETE", headers });
      const refused = await stop("none");
      const { next } = (await refused.json()) as { next: string };
      expect(next).toBe("List the running sweeps with GET /api/v1/status.");
      const [, method, path] = /with (GET) (\S+)\.$/.exec(next)!;
      const listed = (await (await fetch(`${url}${path}`, { method: method!, headers })).json()) as typeof running;
      await expect.poll(async () => (await stop(listed.running[0]!.id)).status).toBe(202);
      expect(await text(body!)).toContain("stopped by request");
    });
  });

  it("repeats a request that is still in progress, and gets its answer", async () => {
    let approve: () => void = () => undefined;
    const approved = new Promise<void>((resolve) => (approve = resolve));
    const operations = fakeOperations({ baseline: { approve: () => approved.then(() => results.approval) } });
    await withServer(operations, async (url, headers) => {
      const send = () =>
        fetch(`${url}/api/v1/baseline/approvals`, {
          method: "POST",
          headers: { ...headers, "content-type": "application/json", "idempotency-key": "approval-of-today" },
          body: JSON.stringify({ document: "version: 1\n", file: "p.yaml", approvedBy: "Jane" }),
        });
      const first = send();
      await expect
        .poll(async () => ((await (await send()).json()) as { next?: string }).next)
        .toBe("Wait, then send the same request again.");
      approve();
      const answer = await (await first).json();
      expect(await (await send()).json()).toEqual(answer);
    });
  });

  it("restarts a server of another version", async () => {
    const stranger = createHttpServer((_request, response) => response.end('{"schema":"portolan.status/0"}'));
    await once(stranger.listen(0, "127.0.0.1"), "listening");
    const { port } = stranger.address() as AddressInfo;
    const remote = createRemote({ url: `http://127.0.0.1:${port}`, token: await loadOrCreateToken(home) });
    const next = "Restart the server, so that both run the same version.";
    await expect(remote.status.get()).rejects.toMatchObject({ next });
    stranger.close();
    stranger.closeAllConnections();
    await once(stranger, "close");
    await withServer(
      fakeOperations(),
      async () => expect((await remote.status.get()).schema).toBe("portolan.status/1"),
      port,
    );
  });
});

async function withServer(
  operations: StartServerConfig["operations"],
  work: (url: string, headers: { authorization: string }) => Promise<unknown>,
  port = 0,
): Promise<void> {
  const clock = { now: () => 0 };
  const server = await startServer({ operations, home, version: "0", port, clock, onUnexpected: () => undefined });
  try {
    await work(server.url, { authorization: `Bearer ${await loadOrCreateToken(home)}` });
  } finally {
    await server.stop();
  }
}

async function attempt(work: () => unknown): Promise<unknown> {
  return await work();
}

async function chain(...files: readonly CertificateFiles[]): Promise<string> {
  return (await Promise.all(files.map(({ certificate }) => readFile(certificate, "utf8")))).join("");
}
