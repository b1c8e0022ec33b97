import { X509Certificate } from "node:crypto";
import { chmod, copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { request as secureRequest } from "node:https";
import { createServer as createServerOn, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type ConnectionOptions } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { makeCertificate, type CertificateFiles } from "../../test/certificates.ts";
import { endlessSweep, fakeOperations } from "../../test/fakes/operations.ts";
import { listenerOn } from "../app.ts";
import * as results from "../../test/fakes/results.ts";
import { createRemote } from "./client.ts";
import { reachableAddresses } from "./names.ts";
import { readRunningServer } from "./running-server.ts";
import { isLoopback, trustedProxies } from "./proxies.ts";
import { createServer } from "./server.ts";
import { startServer, type RunningServer, type StartServerConfig, type TlsEvent } from "./start.ts";
import { readTls } from "./tls.ts";
import { loadOrCreateToken } from "./token.ts";

let home: string;
let first: CertificateFiles;
let second: CertificateFiles;
let running: RunningServer | undefined;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "portolan-tls-"));
  first = makeCertificate(home, "first");
  second = makeCertificate(home, "second");
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
});
afterAll(() => rm(home, { recursive: true }));

async function serve(config: Partial<StartServerConfig>): Promise<RunningServer> {
  running = await startServer({
    operations: fakeOperations(),
    home,
    version: "0.0.0",
    port: 0,
    clock: { now: () => Date.parse("2026-03-14T09:00:00Z") },
    onUnexpected: () => undefined,
    ...config,
  });
  return running;
}

async function remoteOf(server: RunningServer, certificate: string | undefined) {
  return createRemote({ url: server.url, token: await loadOrCreateToken(home), certificate });
}

interface Handshake {
  readonly protocol: string | null;
  readonly subject: string | undefined;
}

function handshake(server: RunningServer, options: ConnectionOptions): Promise<Handshake> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false, ...options }, () => {
      resolve({ protocol: socket.getProtocol(), subject: socket.getPeerX509Certificate()?.subject });
      socket.destroy();
    });
    socket.once("error", reject);
  });
}

describe("a server on every address of the machine", () => {
  it("prints and accepts the name of its certificate, which others can use; its own clients use the machine", async () => {
    const named = makeCertificate(home, "named", "-addext", "subjectAltName=DNS:portolan.shop.example");
    const server = await serve({ host: "0.0.0.0", tls: named });
    const port = new URL((await readRunningServer(home))?.url ?? "").port;
    expect(server.url).toBe(`https://portolan.shop.example:${port}`);
    expect(server.publicUrl).toBe(server.url);
    expect((await readRunningServer(home))?.url).toBe(`https://127.0.0.1:${port}`);
    const answers = async (host: string): Promise<number> => {
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      const options = { host: "127.0.0.1", port: Number(port), path: "/welcome", rejectUnauthorized: false };
      const sent = secureRequest({ ...options, headers: { host } }, (answer) => resolve(answer.statusCode ?? 0));
      sent.on("error", reject).end();
      return await promise;
    };
    // Not signed in, but at the right server.
    expect(await answers(`portolan.shop.example:${port}`)).toBe(401);
    for (const address of reachableAddresses()) {
      expect(await answers(address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`)).toBe(401);
    }
    expect(await answers("rebound.example")).toBe(421);
  });

  it("says which program has its port", async () => {
    const other = createServerOn();
    await new Promise<void>((listening) => other.listen(0, "127.0.0.1", listening));
    const { port } = other.address() as AddressInfo;
    const refused = await serve({ port, listenerOn }).catch((error: unknown) => error);
    other.close();
    expect(refused).toMatchObject({
      code: "conflict",
      message: expect.stringMatching(
        new RegExp(`^\\S.* \\(process ${process.pid}, user .+\\) already listens on 127\\.0\\.0\\.1:${port}\\.$`),
      ),
      next: expect.stringContaining("--port 0"),
    });
    await serve({ port: 0 });
  });
});

describe("a server with its own certificate", () => {
  it("serves clients that read its server.json over TLS, bodies and streams included", async () => {
    const operations = { ...fakeOperations(), sweep: endlessSweep() };
    const server = await serve({ tls: first, operations });
    expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const presence = await readRunningServer(home);
    expect(presence?.certificate).toContain("BEGIN CERTIFICATE");
    const remote = await remoteOf(server, presence?.certificate);
    expect(await remote.status.get()).toEqual(results.status);
    const wanted = { file: "scan.xml", format: "auto", vantage: "import", targets: [], requestedBy: "jane" } as const;
    async function* content() {
      yield await Promise.resolve(Buffer.alloc(3_000_000, 0x20));
    }
    expect(await remote.imports.run(wanted, content())).toEqual(results.imported);
    const stop = new AbortController();
    const swept = remote.sweeps.run(
      { targets: [], engine: "auto", requestedBy: "jane" },
      { signal: stop.signal, onProgress: () => stop.abort() },
    );
    expect(await swept).toMatchObject({ schema: "portolan.sweep/1" });
  });

  it("gets no request and no token if its certificate differs from the one in server.json", async () => {
    const operations = fakeOperations();
    const server = await serve({ tls: first, operations });
    const other = await remoteOf(server, await readFile(second.certificate, "utf8"));
    await expect(other.status.get()).rejects.toMatchObject({ code: "store-unavailable" });
    const unpinned = await remoteOf(server, undefined);
    await expect(unpinned.status.get()).rejects.toMatchObject({ code: "store-unavailable" });
    expect(operations.calls).toEqual([]);
  });

  it("speaks only TLS 1.2 and 1.3, with forward-secret suites", async () => {
    const server = await serve({ tls: first });
    expect((await handshake(server, { maxVersion: "TLSv1.2" })).protocol).toBe("TLSv1.2");
    expect((await handshake(server, {})).protocol).toBe("TLSv1.3");
    const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "ALL:@SECLEVEL=0" } as const;
    await expect(handshake(server, old)).rejects.toMatchObject({
      code: expect.stringMatching(/ALERT_PROTOCOL_VERSION/),
    });
    for (const ciphers of ["AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256"]) {
      await expect(handshake(server, { maxVersion: "TLSv1.2", ciphers })).rejects.toThrow(/handshake failure/);
    }
  });

  it("uses a renewed certificate without a restart, and keeps the old one while the new one is incomplete", async () => {
    const files = { certificate: join(home, "live.pem"), key: join(home, "live.key") };
    await copyFile(first.certificate, files.certificate);
    await copyFile(first.key, files.key);
    const events: TlsEvent[] = [];
    const server = await serve({ tls: files, tlsEvery: 10, onTls: (event) => events.push(event) });
    const subject = async () => (await handshake(server, {})).subject;

    await copyFile(second.certificate, files.certificate);
    await expect.poll(() => events).toMatchObject([{ kind: "unusable", problem: { code: "config-invalid" } }]);
    expect(await subject()).toBe("CN=first");

    await copyFile(second.key, files.key);
    await expect.poll(() => events.at(-1)?.kind).toBe("renewed");
    expect(await subject()).toBe("CN=second");
    const presence = await readRunningServer(home);
    expect(new X509Certificate(presence?.certificate ?? "").subject).toBe("CN=second");
    expect(await (await remoteOf(server, presence?.certificate)).status.get()).toEqual(results.status);
  });
});

describe("unusable files", () => {
  const refusal = async (files: CertificateFiles): Promise<unknown> =>
    await readTls(files).catch((error: unknown) => error);

  it.each([0o604, 0o620, 0o644])("include a key of mode %o", async (mode) => {
    const key = join(home, "open.key");
    await copyFile(first.key, key);
    await chmod(key, mode);
    expect(await refusal({ certificate: first.certificate, key })).toMatchObject({
      code: "config-invalid",
      place: key,
      message: expect.stringMatching(/read or replaced by other users/),
    });
    await rm(key);
  });

  it("include the key of another certificate, a key with a passphrase, and invalid PEM, whose content is never repeated", async () => {
    expect(await refusal({ ...first, key: second.key })).toMatchObject({
      message: expect.stringMatching(/does not belong/),
    });
    const none = join(home, "none.key");
    await writeFile(none, "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n", { mode: 0o600 });
    const fault = await refusal({ ...first, key: none });
    expect(fault).toMatchObject({ code: "config-invalid", place: none });
    expect(String(fault)).not.toContain("c2VjcmV0");
    await writeFile(none, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
    expect(await refusal({ ...first, key: none })).toMatchObject({ message: expect.stringMatching(/encrypted/) });
    expect(await refusal({ ...first, certificate: none })).toMatchObject({
      message: expect.stringMatching(/no certificate/),
    });
    expect(await refusal({ ...first, certificate: join(home, "absent.pem") })).toMatchObject({
      message: expect.stringMatching(/ENOENT/),
    });
  });
});

describe("without a certificate", () => {
  it.each(["0.0.0.0", "::", "192.0.2.1", "portolan.internal"])("the server does not listen on %s", async (host) => {
    await expect(serve({ host })).rejects.toMatchObject({
      code: "config-invalid",
      message: expect.stringMatching(/Without TLS/),
    });
  });

  it("the server listens behind a named proxy, and accepts only that proxy", async () => {
    const server = await serve({ host: "0.0.0.0", trustedProxies: ["192.0.2.0/24"] });
    expect(await (await remoteOf(server, undefined)).status.get()).toEqual(results.status);
  });
});

describe("a peer that is not a proxy", () => {
  it("is refused if only proxies are accepted, whatever credentials it presents", async () => {
    const token = "t".repeat(43);
    const shared = { operations: fakeOperations(), token, version: "0.0.0", hosts: [], onUnexpected: () => undefined };
    const { server } = await createServer({ ...shared, acceptsPeer: trustedProxies(["192.0.2.1"]) });
    const asked = { url: "/api/v1/status", headers: { authorization: `Bearer ${token}`, host: "localhost" } };
    const stranger = await server.inject({ ...asked, remoteAddress: "192.0.2.2" });
    expect([stranger.statusCode, stranger.json()]).toMatchObject([403, { code: "forbidden" }]);
    expect(stranger.json()).toHaveProperty(
      "next",
      "Use the address of the proxy, or declare your address as a proxy with --trust-proxy or server.trustedProxies.",
    );
    expect((await server.inject({ ...asked, remoteAddress: "192.0.2.1" })).statusCode).toBe(200);
    await server.close();
    const declared = await createServer({ ...shared, acceptsPeer: trustedProxies(["192.0.2.1", "192.0.2.2"]) });
    expect((await declared.server.inject({ ...asked, remoteAddress: "192.0.2.2" })).statusCode).toBe(200);
    await declared.server.close();
  });
});

describe("the client address that a proxy reports", () => {
  const failures = async (server: RunningServer, count: number, forwarded: (index: number) => string) => {
    const statuses: number[] = [];
    for (let index = 0; index < count; index += 1) {
      statuses.push(await statusOf(server, { "x-forwarded-for": forwarded(index) }));
    }
    return statuses;
  };

  it("counts if the proxy is trusted, with separate failures per client", async () => {
    const server = await serve({ trustedProxies: ["127.0.0.1"] });
    const mixed = await failures(server, 30, (index) => `192.0.2.${index}`);
    expect(new Set(mixed)).toEqual(new Set([401]));
    expect(await failures(server, 25, () => "192.0.2.77")).toContain(429);
  });

  it("is ignored if it comes from any other peer", async () => {
    const server = await serve({ trustedProxies: ["192.0.2.1"] });
    expect(await failures(server, 25, (index) => `192.0.2.${index}`)).toContain(429);
  });
});

function statusOf(server: RunningServer, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    request(`${server.url}/api/v1/status`, { headers }, (incoming) => {
      incoming.resume();
      incoming.on("end", () => resolve(incoming.statusCode ?? 0));
    })
      .on("error", reject)
      .end();
  });
}

describe("peer addresses", () => {
  it("of proxies match as addresses and networks, including IPv4 mapped to IPv6", () => {
    const isProxy = trustedProxies(["10.0.0.0/24", "2001:db8::/64", "192.0.2.7"]);
    for (const yes of ["10.0.0.9", "::ffff:10.0.0.9", "2001:db8::1", "192.0.2.7"]) expect(isProxy(yes)).toBe(true);
    for (const no of ["10.0.1.9", "::ffff:10.0.1.9", "2001:db9::1", "192.0.2.8", ""]) expect(isProxy(no)).toBe(false);
  });

  it.each(["proxy.internal", "10.0.0.0/33", "0.0.0.0/0", "::/0", "10.0.0.0/8/8", "10.0.0.0/", ""])(
    "of proxies cannot be '%s'",
    (text) => {
      expect(() => trustedProxies([text])).toThrow(/neither the address nor the network/);
    },
  );

  it("of this machine are the loopback addresses", () => {
    for (const yes of ["127.0.0.1", "127.9.9.9", "::1", "LOCALHOST", "::ffff:127.0.0.1"])
      expect(isLoopback(yes)).toBe(true);
    for (const no of ["0.0.0.0", "::", "10.0.0.1", "localhost.example"]) expect(isLoopback(no)).toBe(false);
  });
});
