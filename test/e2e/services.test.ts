import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { afterEach, expect, it } from "vitest";
import { createApp, type App } from "../../src/app.ts";
import { freshPlace, type Place } from "../databases.ts";

/**
 * The same port with another service, an old TLS server and a hostile name: through the whole application, on real
 * sockets.
 */

const DAY = 86_400_000;
const TLS = join(import.meta.dirname, "../fixtures/tls");
const request = { targets: [], engine: "connect", requestedBy: "test" } as const;
const servers: Server[] = [];
let [directory, shift] = ["", 0];
let [app, place]: [App | undefined, Place | undefined] = [undefined, undefined];

async function listening(server: Server, port = 0): Promise<number> {
  servers.push(server);
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

const greeting = (text: string | Buffer) =>
  createServer((socket: Socket) => void socket.on("error", () => undefined).write(text));

afterEach(async () => {
  await app?.close();
  await place?.remove();
  for (const server of servers.splice(0)) server.close();
  await rm(directory, { recursive: true, force: true });
});

it("reports the services, then and now, and those that are not as authorized", async () => {
  const first = greeting("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n");
  const admin = await listening(first);
  const [key, cert] = ["key.pem", "leaf.pem"].map((name) => readFileSync(join(TLS, name)));
  const old = createTlsServer({ key, cert, minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "ALL:@SECLEVEL=0" });
  old
    .on("tlsClientError", () => undefined)
    .on("secureConnection", (socket) => {
      socket
        .on("error", () => undefined)
        .on("data", () => socket.end("HTTP/1.1 200 OK\r\nServer: nginx/1.18.0\r\n\r\n"));
    });
  const secured = await listening(old);
  const hostile = await listening(greeting("SSH-2.0-x\x1b[2J\x1b]0;owned\x07\r\n"));

  directory = await mkdtemp(join(tmpdir(), "portolan-services-"));
  place = await freshPlace("postgresql");
  await writeFile(
    join(directory, "portolan.yaml"),
    `version: 1
name: services
systemTypes: { host: { cadence: 30d, ports: "${admin},${secured},${hostile}" } }
targets: [{ name: here, addresses: [127.0.0.1], systemType: host, undeclared: allow }]
`,
  );
  app = await createApp({
    directory,
    home: place.home,
    databaseUrl: place.databaseUrl,
    clock: { now: () => Date.now() + shift },
  });
  const { operations } = app;
  const rule = (port: number, service: string): string =>
    `  - { cidr: 127.0.0.0/8, port: ${port}, service: ${service}, owner: ops, justification: test }\n`;
  const document = `version: 1\nauthorizedPorts:\n${rule(admin, "ssh")}${rule(secured, "https")}${rule(hostile, "ssh")}`;
  await operations.baseline.approve({ document, file: "baseline.yaml", approvedBy: "Ada" });

  const before = await operations.sweeps.run(request, {});
  const identified = (port: number, result: typeof before) =>
    result.open.find((each) => each.port === port)?.identified;
  expect(identified(admin, before)).toMatchObject({ service: "ssh", product: "OpenSSH", distribution: "Debian" });
  const shown = (result: typeof before) =>
    result.findings
      .map(({ kind, subject }) => `${kind} ${subject.port ?? subject.endpoints?.map(({ port }) => port).join()}`)
      .sort();
  expect(shown(before)).toEqual([`insecure-service ${secured}`, `outdated-service ${secured}`]);
  expect(before.findings.find(({ kind }) => kind === "insecure-service")?.summary).toMatch(
    / is http · nginx 1\.18\.0, TLS: it speaks TLSv1\.0 and TLSv1\.1/,
  );
  expect(JSON.stringify(before)).not.toMatch(/[\x00-\x1f]|\\u001b/);
  const then = Date.now() + shift;

  first.close();
  await listening(greeting(Buffer.from([255, 251, 1, 255, 253, 24])), admin);
  shift = DAY;
  const after = await operations.sweeps.run(request, {});
  const telnet = [`insecure-service ${admin}`, `service-changed ${admin}`];
  expect(shown(after)).toEqual([...shown(before), ...telnet].sort());
  const serviceAt = async (at: number) =>
    (await operations.history.at({ at })).assets[0]?.open.find(({ port }) => port === admin)?.identified?.service;
  expect([await serviceAt(then), await serviceAt(Date.now() + shift)]).toEqual(["ssh", "telnet"]);
});
