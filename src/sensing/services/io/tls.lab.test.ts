import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type Server, type TlsOptions } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { makeNodeCertificate } from "../../../../test/certificates.ts";
import type { ServiceIdentity } from "../../../model/index.ts";
import { shippedFingerprints } from "./fingerprint-files.ts";
import { DEFAULT_IDENTIFYING, identify } from "./identify.ts";

const DIRECTORY = join(import.meta.dirname, "../../../../test/fixtures/tls");
const [key, cert] = ["key.pem", "leaf.pem"].map((name) => readFileSync(join(DIRECTORY, name)));
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A real TLS server on loopback that answers with `says` to the first bytes inside. */
async function identified(options: TlsOptions, says: string): Promise<ServiceIdentity> {
  const server = createServer({ key, cert, ...options }, (socket) => {
    socket.on("error", () => undefined).once("data", () => socket.end(says));
  });
  server.on("tlsClientError", () => undefined);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = { address: "127.0.0.1", transport: "tcp", port: (server.address() as AddressInfo).port } as const;
  const deps = { fingerprints: shippedFingerprints(), random: randomBytes, turn: () => Promise.resolve() };
  const result = await identify(endpoint, deps, DEFAULT_IDENTIFYING);
  if (result.kind !== "identified") throw new Error(`it is not identified: ${result.why}`);
  return result.identity;
}

const NGINX = "HTTP/1.1 200 OK\r\nServer: nginx/1.26.0\r\nContent-Length: 0\r\n\r\n";

describe("a TLS server", () => {
  it("of today: what is inside, its versions, suites, protocol and certificate", async () => {
    const identity = await identified({ minVersion: "TLSv1.2", ALPNProtocols: ["http/1.1"] }, NGINX);
    expect(identity).toMatchObject({
      service: "http",
      product: "nginx",
      version: "1.26.0",
      tls: {
        versions: ["TLSv1.2", "TLSv1.3"],
        undecided: [],
        weakSuites: [],
        alpn: "http/1.1",
        certificates: [
          {
            subject: "CN=old.lab.invalid, O=Lab",
            issuer: "CN=old.lab.invalid, O=Lab",
            names: ["old.lab.invalid", "127.0.0.1"],
            keyType: "ec",
            keyBits: 256,
            selfSigned: true,
          },
        ],
      },
    });
    const suites = identity.tls?.suites ?? [];
    expect(suites.map(({ version }) => version)).toEqual(["TLSv1.2", "TLSv1.3"]);
    for (const { suite } of suites) expect(suite).toMatch(/^TLS_/);
  });

  it("of yesterday: the versions that a client of today no longer offers, and weak suites", async () => {
    const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "ALL:@SECLEVEL=0" } as const;
    const { service, tls } = await identified(old, NGINX);
    expect(service).toBe("http");
    expect(tls?.versions).toEqual(["TLSv1.0", "TLSv1.1"]);
  });

  it("of a kubelet, by the certificate that it made for its node and the word it refuses with", async () => {
    const folder = await mkdtemp(join(tmpdir(), "portolan-kubelet-"));
    const made = async (node: string, word: string): Promise<ServiceIdentity> => {
      const { certificate, key: keyFile } = makeNodeCertificate(folder, node);
      const options = { cert: readFileSync(certificate), key: readFileSync(keyFile) };
      const length = `Content-Length: ${word.length}`;
      return await identified(
        options,
        `HTTP/1.1 401 Unauthorized\r\nContent-Type: text/plain\r\n${length}\r\n\r\n${word}`,
      );
    };
    try {
      expect(await made("node-1", "Unauthorized")).toMatchObject({ service: "kubelet", product: "Kubelet" });
      expect(await made("localhost", "Unauthorized")).toMatchObject({ service: "http" });
      expect((await made("node-1", "Who are you?")).product).toBeUndefined();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("with an unknown protocol inside is still TLS, with its certificate", async () => {
    const { service, tls } = await identified({}, "\x00\x01\x02 nothing known\n");
    expect(service).toBe("tls");
    expect(tls?.certificates).toHaveLength(1);
  });
});
