import { execFileSync } from "node:child_process";
import { chmod, copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from "vitest";
import { makeCertificate, type CertificateFiles } from "../../test/certificates.ts";
import { fakeOperations } from "../../test/fakes/operations.ts";
import { Fault } from "../model/index.ts";
import { createRemote, readToken, startServer, type StartServerConfig } from "./index.ts";
import { trustedProxies } from "./proxies.ts";
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

async function attempt(work: () => unknown): Promise<unknown> {
  return await work();
}

async function chain(...files: readonly CertificateFiles[]): Promise<string> {
  return (await Promise.all(files.map(({ certificate }) => readFile(certificate, "utf8")))).join("");
}
