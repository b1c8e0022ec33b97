import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Policies that the authority of a test knows. */
export const POLICY = "1.3.6.1.4.1.99999.1";
export const OTHER_POLICY = "1.3.6.1.4.1.99999.2";

/** The ways in which a certificate for timestamps can be made. */
export type SignerKind =
  "good" | "rsa" | "eku-not-critical" | "eku-of-a-server" | "two-purposes" | "expired" | "subordinate";

const EXTENSIONS: Readonly<Record<SignerKind, string>> = {
  good: "extendedKeyUsage=critical,timeStamping",
  rsa: "extendedKeyUsage=critical,timeStamping",
  "eku-not-critical": "extendedKeyUsage=timeStamping",
  "eku-of-a-server": "extendedKeyUsage=critical,serverAuth",
  "two-purposes": "extendedKeyUsage=critical,timeStamping,serverAuth",
  expired: "extendedKeyUsage=critical,timeStamping",
  subordinate: "extendedKeyUsage=critical,timeStamping",
};

const UNFIT: readonly SignerKind[] = ["eku-not-critical", "eku-of-a-server", "two-purposes"];

export interface TestAuthority {
  /** PEM of the root's certificate. */
  readonly ca: string;
  readonly caFile: string;
  readonly folder: string;
  /** The response to the DER of a request, signed by a certificate of this kind, made once. */
  reply(request: Uint8Array, kind?: SignerKind): Promise<Buffer>;
  remove(): Promise<void>;
}

/** A certificate authority and timestamping certificates below it, made with openssl in a temporary folder. */
export async function makeAuthority(name = "Test CA"): Promise<TestAuthority> {
  const folder = await mkdtemp(join(tmpdir(), "portolan-tsa-"));
  // The program may run as another user.
  await chmod(folder, 0o755);
  const openssl = (...args: string[]) => run("openssl", args, { cwd: folder });
  await openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "ca.key");
  const root = ["-subj", `/CN=${name}`, "-addext", "basicConstraints=critical,CA:TRUE"];
  await openssl("req", "-x509", "-new", "-key", "ca.key", "-days", "3650", ...root, "-out", "ca.pem");
  await writeFile(join(folder, "serial"), "01\n");

  const made = new Map<SignerKind, Promise<void>>();
  async function make(kind: SignerKind): Promise<void> {
    const key = kind === "rsa" ? ["genrsa", "-out", `${kind}.key`, "2048"] : ["ecparam", "-name", "prime256v1"];
    await openssl(...key, ...(kind === "rsa" ? [] : ["-genkey", "-noout", "-out", `${kind}.key`]));
    const issuer = kind === "subordinate" ? await subordinate() : "ca";
    await writeFile(join(folder, `${kind}.ext`), `${EXTENSIONS[kind]}\nbasicConstraints=critical,CA:FALSE\n`);
    await openssl("req", "-new", "-key", `${kind}.key`, "-subj", `/CN=TSA ${kind}`, "-out", `${kind}.csr`);
    const signed = [
      "-CA",
      `${issuer}.pem`,
      "-CAkey",
      `${issuer}.key`,
      "-extfile",
      `${kind}.ext`,
      "-out",
      `${kind}.pem`,
    ];
    // A negative number of days makes a certificate whose end is before its beginning: expired at any time.
    await openssl("x509", "-req", "-in", `${kind}.csr`, "-days", kind === "expired" ? "-1" : "30", ...signed);
    const chain = issuer === "ca" ? "" : "certs = $dir/sub.pem\n";
    await writeFile(
      join(folder, `${kind}.cnf`),
      `[tsa]\ndefault_tsa = t\n[t]\ndir = ${folder}\nserial = $dir/serial\nsigner_cert = $dir/${kind}.pem\n${chain}signer_key = $dir/${kind}.key\nsigner_digest = sha256\ndefault_policy = ${POLICY}\nother_policies = ${OTHER_POLICY}\ndigests = sha256, sha512\nordering = no\ntsa_name = no\ness_cert_id_chain = no\ness_cert_id_alg = sha256\n`,
    );
  }
  async function subordinate(): Promise<string> {
    await openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "sub.key");
    await openssl("req", "-new", "-key", "sub.key", "-subj", "/CN=Test Sub CA", "-out", "sub.csr");
    await writeFile(
      join(folder, "sub.ext"),
      "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign\n",
    );
    await openssl(
      ..."x509 -req -in sub.csr -days 60 -CA ca.pem -CAkey ca.key -extfile sub.ext -out sub.pem".split(" "),
    );
    return "sub";
  }

  /** openssl ts signs with no unfit certificate: the content of a good timestamp, signed again by openssl cms. */
  async function signedByUnfit(kind: SignerKind): Promise<Buffer> {
    await (made.get("good") ?? made.set("good", make("good")).get("good"));
    const reply = ["-reply", "-config", "good.cnf", "-queryfile", "request.tsq", "-token_out", "-out", "good.tst"];
    await openssl("ts", ...reply);
    await openssl(..."cms -verify -noverify -inform DER -in good.tst -out info.der".split(" "));
    const type = ["-econtent_type", "1.2.840.113549.1.9.16.1.4", "-md", "sha256", "-cades", "-binary", "-nodetach"];
    const signer = ["-signer", `${kind}.pem`, "-inkey", `${kind}.key`, "-outform", "DER", "-out", "token.der"];
    await openssl("cms", "-sign", "-in", "info.der", ...type, ...signer);
    const token = await readFile(join(folder, "token.der"));
    // PKIStatusInfo { granted }, and the token.
    const content = Buffer.concat([Buffer.from("3003020100", "hex"), token]);
    return Buffer.concat([Buffer.of(0x30, 0x82, content.length >> 8, content.length & 0xff), content]);
  }

  let turn: Promise<unknown> = Promise.resolve();
  return {
    ca: await readFile(join(folder, "ca.pem"), "utf8"),
    caFile: join(folder, "ca.pem"),
    folder,
    reply(request, kind = "good") {
      // One after the other: openssl keeps the serial number in a file.
      const answer = turn.then(async () => {
        await (made.get(kind) ?? made.set(kind, make(kind)).get(kind));
        await writeFile(join(folder, "request.tsq"), request);
        if (!UNFIT.includes(kind)) {
          await openssl("ts", "-reply", "-config", `${kind}.cnf`, "-queryfile", "request.tsq", "-out", "reply.tsr");
          return await readFile(join(folder, "reply.tsr"));
        }
        return await signedByUnfit(kind);
      });
      turn = answer.catch(() => undefined);
      return answer;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

export interface TestAuthorityServer {
  readonly url: string;
  /** How it answers from now on: `away` hangs up, `error` answers 503, `text` answers with something else. */
  mode: "honest" | "away" | "error" | "text";
  /** Applied to the response before it is sent. */
  tamper: ((response: Buffer) => Buffer) | undefined;
  kind: SignerKind;
  requests(): number;
  close(): Promise<void>;
}

/** The authority behind HTTP, on a free port of this machine. */
export async function serveAuthority(authority: TestAuthority): Promise<TestAuthorityServer> {
  let requests = 0;
  const server = createServer((request, response) => {
    void (async () => {
      requests += 1;
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      switch (self.mode) {
        case "away":
          return request.socket.destroy();
        case "error":
          return response.writeHead(503).end("maintenance");
        case "text":
          return response.writeHead(200, { "content-type": "text/html" }).end("<h1>It works</h1>");
        case "honest": {
          const reply = await authority.reply(Buffer.concat(chunks), self.kind);
          response.writeHead(200, { "content-type": "application/timestamp-reply" });
          return response.end(self.tamper?.(reply) ?? reply);
        }
      }
    })().catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const self: TestAuthorityServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsa`,
    mode: "honest",
    tamper: undefined,
    kind: "good",
    requests: () => requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return self;
}
