import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dnsAnswer, dnsRecord, soaData } from "../../../../test/dns-messages.ts";
import { dnsServer } from "../../../../test/dns-server.ts";
import { createEgress } from "../../../platform/egress/index.ts";
import { readZone } from "../zone-file.ts";
import { loadTsigKey } from "./tsig-file.ts";
import { transferZone } from "./transfer-zone.ts";

const egress = createEgress({ allow: ["127.0.0.1"] });
const clock = { now: () => Date.now() };
const SOA = dnsRecord("z.example", 6, soaData(1));
const A = dnsRecord("a.z.example", 1, Buffer.of(10, 0, 0, 1));

describe("a name server that is not what it should be", () => {
  const from = async (
    answer: (id: number) => Iterable<Uint8Array>,
    more: { stays?: boolean; patience?: number } = {},
  ) => {
    const server = await dnsServer(answer, more);
    const wanted = { zone: "z.example", host: "127.0.0.1", port: server.port };
    return await transferZone(wanted, { egress, clock, ...more }).finally(() => void server.close());
  };
  const ever = function* (id: number): Generator<Uint8Array> {
    yield dnsAnswer([SOA], { id });
    const many = dnsAnswer(
      Array.from({ length: 2_000 }, () => A),
      { id },
    );
    for (let number = 0; number < 400; number += 1) yield many;
  };

  const endless = function* (id: number): Generator<Uint8Array> {
    yield dnsAnswer([SOA], { id });
    const many = dnsAnswer([dnsRecord("a.z.example", 16, Buffer.alloc(60_000))], { id });
    for (let number = 0; number < 400; number += 1) yield many;
  };

  it.each<[string, Promise<unknown> | (() => Promise<unknown>), RegExp]>([
    ["ends too early", () => from((id) => [dnsAnswer([SOA, A], { id })]), /ended before the zone/],
    ["never ends", () => from(ever), /more than 200000 records/],
    ["never ends, and lists no host", () => from(endless), /longer than 16777216 bytes/],
    ["says nothing", () => from(() => [], { stays: true, patience: 300 }), /took longer/],
    ["refuses", () => from((id) => [dnsAnswer([], { id, flags: 0x8405 })]), /REFUSED/],
  ])("%s", async (_, work, problem) => {
    const transfer = typeof work === "function" ? work() : work;
    await expect(transfer).rejects.toMatchObject({
      message: expect.stringMatching(problem) as string,
      next: "Allow this machine to transfer the zone in the server's configuration, and try it: dig axfr ZONE @SERVER.",
    });
  });

  it("is not called where the guard allows no address", async () => {
    const guarded = { egress: createEgress({ allow: [] }), clock };
    await expect(transferZone({ zone: "z", host: "127.0.0.1", port: 53 }, guarded)).rejects.toMatchObject({
      message: expect.stringContaining("not public") as string,
      next: "Allow a server of your own network in egress.allow of portolan.server.yaml, or correct its name in boundary.zones.",
    });
  });
});

const hasBind = spawnSync("named", ["-v"]).status === 0;
describe.skipIf(!hasBind)("BIND (needs named and tsig-keygen: Debian's bind9)", () => {
  const folder = mkdtempSync(join(tmpdir(), "portolan-bind-"));
  let server: ChildProcess | undefined;
  let port = 0;

  beforeAll(async () => {
    port = await freePort();
    const key = spawnSync("tsig-keygen", ["-a", "hmac-sha256", "transfer.key"], { encoding: "utf8" }).stdout;
    writeFileSync(join(folder, "key"), key, { mode: 0o600 });
    const other = spawnSync("tsig-keygen", ["-a", "hmac-sha256", "transfer.key"], { encoding: "utf8" }).stdout;
    writeFileSync(join(folder, "other"), other, { mode: 0o600 });
    const hosts = Array.from({ length: 5_000 }, (_, at) => `h${at} A 10.1.${at >> 8}.${at & 255}\n`).join("");
    writeFileSync(
      join(folder, "zone"),
      `$TTL 60\n@ SOA ns admin 7 60 60 60 60\n@ NS ns\nns A 127.0.0.1\nwww CNAME h1\n* A 10.2.0.1\n${hosts}`,
    );
    writeFileSync(
      join(folder, "named.conf"),
      `${key}
options { directory "${folder}"; pid-file "${folder}/pid"; session-keyfile "${folder}/session"; recursion no;
  listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; }; dnssec-validation no; };
controls {};
zone "open.example" { type primary; file "${folder}/zone"; allow-transfer { any; }; };
zone "signed.example" { type primary; file "${folder}/zone"; allow-transfer { key "transfer.key"; }; };
`,
    );
    server = spawn("named", ["-g", "-c", join(folder, "named.conf")], { stdio: ["ignore", "ignore", "pipe"] });
    await new Promise<void>((running, failed) => {
      let said = "";
      server?.stderr?.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        if (/ running$/m.test(said)) running();
      });
      server?.once("exit", () => failed(new Error(said)));
    });
  }, 60_000);
  afterAll(() => {
    server?.kill();
    rmSync(folder, { recursive: true });
  });

  const transfer = (zone: string, key?: string) =>
    transferZone(
      { zone, host: "127.0.0.1", port },
      { egress, clock, ...(key === undefined ? {} : { key: loadTsigKey(join(folder, key)) }) },
    );

  it("gives a whole zone in several messages", async () => {
    const { text, serial } = await transfer("open.example");
    expect(serial).toBe(7);
    const { records } = readZone(text, undefined);
    expect(records).toHaveLength(5_003);
    expect(records).toContainEqual({ name: "h4999.open.example", address: "10.1.19.135", detail: "A" });
    expect(records).toContainEqual({ name: "www.open.example", address: "10.1.0.1", detail: "CNAME h1.open.example" });
  });

  it("gives a zone to the holder of a key, and every message of it is signed or covered", async () => {
    expect(readZone((await transfer("signed.example", "key")).text, undefined).records).toHaveLength(5_003);
    await expect(transfer("signed.example")).rejects.toThrow("REFUSED");
    await expect(transfer("signed.example", "other")).rejects.toThrow(/no whole zone/);
    await expect(transfer("none.example")).rejects.toThrow(/NOTAUTH|REFUSED/);
  });

  it("is not asked with a key that others can read, or that is missing", () => {
    const file = join(folder, "readable");
    writeFileSync(file, "");
    chmodSync(file, 0o644);
    expect(() => loadTsigKey(file)).toThrow(
      expect.objectContaining({ next: `Take it away from them: chmod 600 ${file}` }),
    );
    expect(() => loadTsigKey(join(folder, "none"))).toThrow(
      expect.objectContaining({ next: "Correct boundary.tsigKey in portolan.server.yaml, or the file's permissions." }),
    );
  });
});

async function freePort(): Promise<number> {
  const taken = createServer();
  await new Promise<void>((listening) => taken.listen(0, "127.0.0.1", listening));
  const { port } = taken.address() as AddressInfo;
  await new Promise((closed) => taken.close(closed));
  return port;
}
