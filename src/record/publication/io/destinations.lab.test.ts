import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createPlainServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BUCKET_KEY, serveBucket, type TestBucket } from "../../../../test/bucket-server.ts";
import { createEgress } from "../../../platform/egress/index.ts";
import type { Published } from "../destination.ts";
import { webhookHeaders } from "../webhook.ts";
import { notesIn } from "./note-files.ts";
import { toBucket } from "./to-bucket.ts";
import { toDirectory } from "./to-directory.ts";
import { toGit } from "./to-git.ts";
import { toMail } from "./to-mail.ts";
import { toWebhook } from "./to-webhook.ts";

const ORIGIN = "portolan/5f0c1d2e3a4b5968";
const noteOf = (size: number): string =>
  `${ORIGIN}\n${size}\nq83vq83vq83vq83vq83vq83vq83vq83vq83vq83vq80=\n\n— ${ORIGIN} GisoAAAA\n`;
const checkpoint = (size: number): Published => ({ origin: ORIGIN, size, generation: 1, note: noteOf(size) });
const NAME = "portolan-5f0c1d2e3a4b5968/000000000012.txt";
const NOON = Date.parse("2026-03-14T12:00:00Z");
const clock = { now: () => NOON };
const here = createEgress({ allow: ["127.0.0.1"] });
const never = new AbortController().signal;

let folder: string;
const running: { close(): unknown }[] = [];

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "portolan-destinations-"))));
afterEach(() => {
  for (const each of running.splice(0)) each.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

async function serve(answer: (received: Received) => { status: number; body?: string }): Promise<string> {
  const server: Server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      const { method = "", url: path = "", headers } = request;
      const given = answer({ method, path, headers, body });
      response.writeHead(given.status).end(given.body);
    });
  });
  running.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("a directory", () => {
  it("gets a file for each checkpoint, named by log and size, once", async () => {
    const directory = toDirectory(folder);
    for (const size of [12, 12, 1_204]) await directory.send(checkpoint(size), never);
    expect(readFileSync(join(folder, NAME), "utf8")).toBe(noteOf(12));
    expect((await directory.known?.())?.notes.map(({ note }) => note)).toEqual([noteOf(1_204), noteOf(12)]);
  });

  it("keeps a checkpoint of the same name with another content, and says so", async () => {
    const directory = toDirectory(folder);
    await directory.send(checkpoint(12), never);
    writeFileSync(join(folder, NAME), noteOf(13));
    await expect(directory.send(checkpoint(12), never)).rejects.toThrow(/holds another checkpoint of the same size/);
    expect(readFileSync(join(folder, NAME), "utf8")).toBe(noteOf(13));
  });

  it("is away while its disk is not mounted", async () => {
    await expect(toDirectory(join(folder, "missing")).send(checkpoint(12), never)).rejects.toThrow(/ENOENT/);
  });
});

describe("a git repository", () => {
  const git = (...words: string[]): string => execFileSync("git", words, { cwd: folder, encoding: "utf8" });

  it("gets one commit for each checkpoint, also from a second home, and after a push that was refused", async () => {
    git("init", "--quiet", "--bare", "evidence.git");
    const place = { repository: join(folder, "evidence.git"), branch: "main" };
    const [one, two] = ["one", "two"].map((home) => toGit(place, join(folder, home), here));
    await one?.send(checkpoint(12), never);
    await two?.send(checkpoint(20), never);
    await one?.send(checkpoint(30), never);
    await one?.send(checkpoint(30), never);
    const log = git("--git-dir", "evidence.git", "log", "--format=%s", "main").trim().split("\n");
    expect(log).toEqual([30, 20, 12].map((size) => `Checkpoint of ${ORIGIN} over ${size} entries`));
    expect((await two?.known?.())?.notes.map(({ note }) => note)).toEqual([30, 20, 12].map(noteOf));
    git("clone", "--quiet", "--branch", "main", "evidence.git", "auditor");
    expect(notesIn(join(folder, "auditor"))).toHaveLength(3);
  });

  it("is away if it cannot be reached, and on no account in the own network", async () => {
    const missing = toGit({ repository: join(folder, "missing.git"), branch: "main" }, join(folder, "home"), here);
    await expect(missing.send(checkpoint(12), never)).rejects.toThrow(/repository|exist/);
    for (const repository of ["https://127.0.0.1:1/x.git", "ssh://git@10.0.0.1/x.git", "git@169.254.169.254:x.git"]) {
      const inside = toGit({ repository, branch: "main" }, join(folder, "home"), createEgress({ allow: [] }));
      await expect(inside.send(checkpoint(12), never)).rejects.toThrow(/not listed in egress\.allow/);
    }
  });
});

describe("a webhook", () => {
  it("gets a message of Standard Webhooks, with the same identifier and body at every attempt", async () => {
    const received: Received[] = [];
    const url = await serve((each) => ({ status: received.push(each) === 1 ? 503 : 204 }));
    const webhook = toWebhook({ url: `${url}/hook`, secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" }, here, clock);
    await expect(webhook.send(checkpoint(12), never)).rejects.toThrow("it answers 503");
    await webhook.send(checkpoint(12), never);
    const [first, second] = received;
    expect(second?.body).toBe(first?.body);
    expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
    const expected = webhookHeaders(
      { id: String(second?.headers["webhook-id"]), body: second?.body ?? "" },
      "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
      NOON,
    );
    expect(second?.headers["webhook-signature"]).toBe(expected["webhook-signature"]);
    expect(JSON.parse(second?.body ?? "")).toMatchObject({ data: { origin: ORIGIN, size: 12, note: noteOf(12) } });
    expect(webhook.name).toBe(`webhook ${url}`);
  });

  it("is not sent into the own network, and not where a redirect leads", async () => {
    let calls = 0;
    const inside = await serve(() => ({ status: (calls += 1) && 200 }));
    const guarded = toWebhook({ url: inside, secret: "x" }, createEgress({ allow: [] }), clock);
    await expect(guarded.send(checkpoint(12), never)).rejects.toThrow(/not public \(loopback\)/);
    const url = await serve(() => ({ status: 302, body: inside }));
    await expect(toWebhook({ url, secret: "x" }, here, clock).send(checkpoint(12), never)).rejects.toThrow(
      "answers 302",
    );
    expect(calls).toBe(0);
  });
});

describe("a bucket with object lock", () => {
  async function bucketAt(endpoint: string, key = BUCKET_KEY) {
    return toBucket({ ...key, endpoint, bucket: "evidence", lock: "compliance", retainDays: 30 }, here, clock);
  }
  async function store(): Promise<TestBucket> {
    const served = await serveBucket(clock.now);
    running.push(served);
    return served;
  }

  it("gets an object for each checkpoint that the store keeps from being changed, once", async () => {
    const { url, objects } = await store();
    const bucket = await bucketAt(url);
    for (const size of [12, 12, 20]) await bucket.send(checkpoint(size), never);
    expect([...objects.keys()]).toEqual([`/evidence/${NAME}`, `/evidence/${NAME.replace("12.txt", "20.txt")}`]);
    objects.set(`/evidence/${NAME}`, noteOf(13));
    await expect(bucket.send(checkpoint(12), never)).rejects.toThrow(/holds another checkpoint of the same size/);
    expect(objects.get(`/evidence/${NAME}`)).toBe(noteOf(13));
  });

  it("is read at the next start: the newest checkpoints of each log, whatever else is in it", async () => {
    const served = await store();
    const bucket = await bucketAt(served.url);
    for (let size = 1; size <= 70; size += 1) await bucket.send(checkpoint(size), never);
    served.objects.set("/evidence/readme.md", "nothing");
    served.objects.set("/evidence/photos/cat.jpg", "nothing");
    for (const pageKeys of [7, 1_000]) {
      served.pageKeys = pageKeys;
      const known = (await bucket.known?.())?.notes;
      expect(known?.at(-1)?.note).toBe(noteOf(70));
      expect(known?.length).toBeGreaterThan(0);
    }
    served.listing = "denied";
    await expect(bucket.known?.()).rejects.toThrow("it answers 403 (AccessDenied)");
  });

  it("is away if it refuses the key, and says why in its own code", async () => {
    const { url } = await store();
    const bucket = await bucketAt(url, { ...BUCKET_KEY, secretAccessKey: "wrong" });
    await expect(bucket.send(checkpoint(12), never)).rejects.toThrow("it answers 403 (SignatureDoesNotMatch)");
  });
});

describe("mail", () => {
  async function post(): Promise<{ server: string; received: Buffer[] }> {
    const received: Buffer[] = [];
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["AUTH", "STARTTLS"],
      onData(stream, _session, done) {
        const pieces: Uint8Array[] = [];
        stream.on("data", (piece: Uint8Array) => pieces.push(piece));
        stream.on("end", () => {
          received.push(Buffer.concat(pieces));
          done();
        });
      },
    });
    running.push(server);
    const listening = server.listen(0, "127.0.0.1");
    await once(listening, "listening");
    return { server: `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`, received };
  }
  const people = { from: "portolan@example.com", to: ["audit@example.com"] };

  it("has the checkpoint as a file, and a saved mail can be compared", async () => {
    const { server, received } = await post();
    await toMail({ ...people, server }, here).send(checkpoint(12), never);
    const [bytes = Buffer.alloc(0)] = received;
    const mail = await PostalMime.parse(bytes);
    expect(mail.subject).toBe(`Checkpoint over 12 entries of ${ORIGIN}`);
    expect(Buffer.from(mail.attachments[0]?.content as ArrayBuffer).toString("utf8")).toBe(noteOf(12));
    writeFileSync(join(folder, "saved.eml"), bytes);
    expect(notesIn(folder)).toMatchObject([{ note: noteOf(12), from: join(folder, "saved.eml") }]);
  });

  it("is not sent through a server in the own network that is not configured, nor over one that says nothing", async () => {
    const { server, received } = await post();
    await expect(
      toMail({ ...people, server }, createEgress({ allow: [] })).send(checkpoint(12), never),
    ).rejects.toThrow(/not listed in egress\.allow/);
    expect(received).toEqual([]);
    const refusing = createPlainServer((socket: Socket) => socket.end("554 no\r\n"));
    running.push(refusing);
    refusing.listen(0, "127.0.0.1");
    await once(refusing, "listening");
    const closed = `smtp://127.0.0.1:${(refusing.address() as AddressInfo).port}`;
    await expect(toMail({ ...people, server: closed }, here).send(checkpoint(12), never)).rejects.toThrow(/554/);
  });
});

it("reads checkpoints from JSON and from folders within folders, and passes over other files", () => {
  mkdirSync(join(folder, "a/b"), { recursive: true });
  mkdirSync(join(folder, ".git"));
  writeFileSync(join(folder, "a/b/printed.json"), JSON.stringify({ size: 12, note: noteOf(12) }));
  writeFileSync(join(folder, "a/readme.md"), "nothing");
  writeFileSync(join(folder, ".git/000000000099.txt"), noteOf(99));
  expect(notesIn(folder)).toMatchObject([{ note: noteOf(12), from: join(folder, "a/b/printed.json") }]);
});
