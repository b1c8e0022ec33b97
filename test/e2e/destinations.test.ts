// @module-tag long
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { AgainstResult } from "../../src/contract/index.ts";
import { BUCKET_KEY, serveBucket, type TestBucket } from "../bucket-server.ts";
import { PROGRAM } from "./portolan.ts";

const SCOPE = `version: 1
name: outside
systemTypes: { host: { cadence: 1h, ports: "61100-61120" } }
targets: [{ name: here, addresses: [127.0.0.1], systemType: host, owner: me }]
`;
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/** Directory, git, webhook, mail and bucket at once, each a real server, with the whole program between. */
let directory: string;
let bucket: TestBucket;
let hook: Server;
let post: SMTPServer;
let running: ChildProcess | undefined;
const messages: { readonly id: string; readonly note: string }[] = [];
const mails: Buffer[] = [];

async function portolan(...words: readonly string[]): Promise<{ status: number | null; text: string; error: string }> {
  const child = spawn(process.execPath, [PROGRAM, ...words], { cwd: directory, env: environment() });
  let text = "";
  let error = "";
  child.stdout.setEncoding("utf8").on("data", (data: string) => (text += data));
  child.stderr.setEncoding("utf8").on("data", (data: string) => (error += data));
  const [status] = (await once(child, "close")) as [number | null];
  return { status, text, error };
}

function environment(): NodeJS.ProcessEnv {
  const { DATABASE_URL: _, ...inherited } = process.env;
  return { ...inherited, NO_COLOR: "1", PORTOLAN_HOME: join(directory, ".portolan") };
}

async function published(): Promise<AgainstResult> {
  return JSON.parse((await portolan("evidence", "verify", "--published", "--json")).text) as AgainstResult;
}

const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "portolan-destinations-"));
  mkdirSync(join(directory, "outside"));
  execFileSync("git", ["init", "--quiet", "--bare", join(directory, "evidence.git")]);
  bucket = await serveBucket(() => Date.now(), { slack: 60_000 });
  hook = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      const { data } = JSON.parse(body) as { readonly data: { readonly note: string } };
      messages.push({ id: String(request.headers["webhook-id"]), note: data.note });
      response.writeHead(204).end();
    });
  }).listen(0, "127.0.0.1");
  await once(hook, "listening");
  post = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    onData(stream, _session, done) {
      const pieces: Uint8Array[] = [];
      stream.on("data", (piece: Uint8Array) => pieces.push(piece));
      stream.on("end", () => {
        mails.push(Buffer.concat(pieces));
        done();
      });
    },
  });
  const listening = post.listen(0, "127.0.0.1");
  await once(listening, "listening");
  writeFileSync(join(directory, "portolan.yaml"), SCOPE);
  writeFileSync(join(directory, "hook.secret"), SECRET, { mode: 0o600 });
  writeFileSync(join(directory, "bucket.secret"), BUCKET_KEY.secretAccessKey, { mode: 0o600 });
  writeFileSync(
    join(directory, "portolan.server.yaml"),
    `version: 1
egress: { allow: [127.0.0.1] }
publish:
  directory: ${join(directory, "outside")}
  git: { repository: ${join(directory, "evidence.git")}, branch: main }
  webhook: { url: "http://127.0.0.1:${portOf(hook)}/portolan", secretFile: hook.secret }
  mail: { to: [audit@example.com], from: portolan@example.com, server: "smtp://127.0.0.1:${portOf(listening)}" }
  bucket:
    endpoint: ${bucket.url}
    name: evidence
    region: ${BUCKET_KEY.region}
    accessKeyId: ${BUCKET_KEY.accessKeyId}
    secretAccessKeyFile: bucket.secret
    retainDays: 30
`,
  );
  expect(await portolan("sweep")).toMatchObject({ status: 0 });
  running = spawn(process.execPath, [PROGRAM, "start", "--port", "0"], {
    cwd: directory,
    env: environment(),
    stdio: "ignore",
  });
}, 120_000);

afterAll(async () => {
  running?.kill("SIGTERM");
  if (running?.exitCode === null) await once(running, "close");
  bucket.close();
  hook.close();
  await new Promise<void>((done) => post.close(done));
  rmSync(directory, { recursive: true, force: true });
}, 60_000);

it("sends the signed checkpoint to a directory, a repository, a webhook, by mail and to a bucket", async () => {
  await vi.waitFor(
    () => {
      expect(readdirSync(join(directory, "outside"))).not.toEqual([]);
      expect(
        execFileSync("git", ["--git-dir", join(directory, "evidence.git"), "log", "--format=%s", "main"], {
          stdio: "pipe",
        }).toString(),
      ).toMatch(/^Checkpoint of portolan/);
      expect(messages).not.toEqual([]);
      expect(mails).toHaveLength(1);
      expect(bucket.objects.size).toBeGreaterThan(0);
    },
    { timeout: 60_000, interval: 200 },
  );
  const mail = await PostalMime.parse(mails[0] ?? Buffer.alloc(0));
  const attached = Buffer.from(mail.attachments[0]?.content as ArrayBuffer).toString("utf8");
  expect([...bucket.objects.values()]).toContain(attached);
  expect(messages.map(({ note }) => note)).toContain(attached);
}, 90_000);

it("compares the log with all that can be read, and names the one that cannot", async () => {
  const result = await published();
  expect(result).toMatchObject({ ok: true, found: [] });
  expect(result.destinations?.map(({ name }) => name.split(" ")[0])).toEqual(["directory", "git", "bucket"]);
  expect(result.destinations?.every(({ checkpoints, problem }) => checkpoints > 0 && problem === undefined)).toBe(true);
  bucket.listing = "denied";
  renameSync(join(directory, "evidence.git"), join(directory, "moved.git"));
  const partly = await portolan("evidence", "verify", "--published");
  expect(partly.status).toBe(1);
  expect(partly.text.replaceAll(/\s+/g, " ")).toMatch(
    /git .*not read whole: the repository cannot be reached .* its last known state was read bucket .*: 0 checkpoints not read whole: it cannot be read: it answers 403 \(AccessDenied\) Not every destination was read: the log has \d+ of \d+ checkpoints that were\./,
  );
  renameSync(join(directory, "moved.git"), join(directory, "evidence.git"));
  bucket.listing = "allowed";
  expect((await portolan("evidence", "verify", "--published")).status).toBe(0);
}, 90_000);

it("names a checkpoint in a bucket that the log does not have", async () => {
  const [[name, note] = ["", ""]] = bucket.objects;
  const lines = note.split("\n");
  bucket.objects.set(name.replace(/\d{12}/, "000000000999"), [lines[0], "999", ...lines.slice(2)].join("\n"));
  const result = await published();
  expect(result.ok).toBe(false);
  expect(result.found).toMatchObject([{ verdict: "unusable", from: expect.stringContaining("000000000999.txt") }]);
}, 60_000);
