import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CheckpointsResult, DoctorResult, VerifyResult } from "../../src/contract/index.ts";
import { freshPlace, STORE_KINDS, type Place } from "../databases.ts";
import { makeAuthority, serveAuthority, type TestAuthority, type TestAuthorityServer } from "../timestamp-authority.ts";
import { serveWitness, type TestWitness } from "../witness-server.ts";
import { PROGRAM, WATCHING_BRIEFLY } from "./portolan.ts";

const SCOPE = `version: 1
name: attested
systemTypes: { host: { cadence: 1h, ports: "61100-61110" } }
targets: [{ name: here, addresses: [127.0.0.1], systemType: host, owner: me }]
`;

describe.each(STORE_KINDS)("portolan start with witnesses and a timestamping authority on %s", (kind) => {
  let directory: string;
  let place: Place;
  let authority: TestAuthority;
  let tsa: TestAuthorityServer;
  let honest: TestWitness;
  let refusing: TestWitness;
  let watching: ChildProcess | undefined;
  let printed = "";

  const environment = () => ({
    ...process.env,
    NO_COLOR: "1",
    PORTOLAN_HOME: place.home,
    ...(place.databaseUrl === undefined ? {} : { DATABASE_URL: place.databaseUrl }),
  });
  const file = (name: string): string => join(directory, name);

  async function portolan(...words: string[]): Promise<{ status: number | null; text: string; errors: string }> {
    const child = spawn(process.execPath, [PROGRAM, ...words], { cwd: directory, env: environment() });
    let [text, errors] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (data: string) => (text += data));
    child.stderr.setEncoding("utf8").on("data", (data: string) => (errors += data));
    const [status] = (await once(child, "close")) as [number | null];
    return { status, text: text.replaceAll(/\s+/g, " "), errors: errors.replaceAll(/\s+/g, " ") };
  }
  const json = async <T>(...words: string[]): Promise<T> => JSON.parse((await portolan(...words, "--json")).text) as T;

  function start(): ChildProcess {
    const [node, ...options] = WATCHING_BRIEFLY;
    const child = spawn(node, [...options, "start", "--port", "0"], { cwd: directory, env: environment() });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (data: string) => (printed += data));
    return child;
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "portolan-attested-"));
    place = await freshPlace(kind);
    authority = await makeAuthority();
    tsa = await serveAuthority(authority);
    honest = await serveWitness("witness.example/w1", Date.now);
    refusing = await serveWitness("witness.example/w2", Date.now);
    refusing.mode = "refusing";
    await writeFile(file("portolan.yaml"), SCOPE);
    const line = (name: string, { vkey, url }: TestWitness) => `witness ${name} ${vkey} ${url}`;
    await writeFile(
      file("policy.txt"),
      `${line("w1", honest)}\n${line("w2", refusing)}\ngroup either any w1 w2\nquorum either\n`,
    );
    await writeFile(
      file("portolan.server.yaml"),
      `version: 1\negress: { allow: [127.0.0.1] }\nevidence: { policy: policy.txt }\ntimestamps: { url: "${tsa.url}", authorities: "${authority.caFile}" }\n`,
    );
  }, 60_000);

  afterAll(async () => {
    watching?.kill("SIGKILL");
    for (const server of [tsa, honest, refusing]) await server.close();
    await authority.remove();
    await place.remove();
    await rm(directory, { recursive: true, force: true });
  });

  it("has a checkpoint attested by those who answer, and reports the one who refuses", async () => {
    expect((await portolan("config", "check")).text).toContain("The configuration is valid.");
    watching = start();
    for (let tries = 0; tries < 240 && (honest.requests.length === 0 || tsa.requests() === 0); tries += 1)
      await sleep(250);
    const attested = async () => {
      const { checkpoints } = await json<CheckpointsResult>("evidence", "checkpoints");
      return checkpoints.filter(({ cosignatures, timestamps }) => cosignatures.length + timestamps.length > 0);
    };
    for (let tries = 0; tries < 20 && (await attested()).length === 0; tries += 1) await sleep(500);
    const said = printed.replaceAll(/\s+/g, " ");
    expect(said).toMatch(/is not cosigned by the witness w2: it does not know the key of this log \(status 403\)/);

    const verified = await portolan("evidence", "verify");
    expect(verified.status).toBe(0);
    expect(verified.text).toContain("Cosigned by w1: 1 checkpoint, the last over ");
    expect(verified.text).toContain("The policy of witnesses is met up to ");
    expect(verified.text).toContain("Timestamped by TSA good: 1 checkpoint, the last over ");
    const { checks } = await json<DoctorResult>("doctor");
    expect(checks).toContainEqual(expect.objectContaining({ name: "witnesses", verdict: "limited" }));
    expect(checks).toContainEqual(expect.objectContaining({ name: "timestamps", verdict: "ok" }));
    expect((await portolan("status")).text).toMatch(/Witness w1: cosigned .* Timestamp over /);
  }, 180_000);

  it("lets openssl check the timestamp, as the guide describes", async () => {
    const { checkpoints } = await json<CheckpointsResult>("evidence", "checkpoints");
    const stamped = checkpoints.find(({ timestamps }) => timestamps.length > 0);
    await writeFile(file("note.txt"), stamped?.note ?? "");
    await writeFile(file("note.tsr"), Buffer.from(stamped?.timestamps[0]?.response ?? "", "base64"));
    const { stdout } = await promisify(execFile)(
      "openssl",
      ["ts", "-verify", "-data", "note.txt", "-in", "note.tsr", "-CAfile", authority.caFile],
      { cwd: directory },
    );
    expect(stdout).toContain("Verification: OK");
  }, 60_000);

  it("holds everything against the entries, in a process of its own after the end", async () => {
    watching?.kill("SIGTERM");
    if (watching !== undefined) await once(watching, "close");
    const result = await json<VerifyResult>("evidence", "verify", "--answers");
    expect(result).toMatchObject({ ok: true, problems: [], tables: { contradicting: 0 } });
    expect(result.cosigned).toMatchObject([{ witness: "w1", checked: true, configured: true }]);
    expect(result.timestamped).toMatchObject({ timestamps: 1, gapsFound: 0, latest: { trusted: true } });
  }, 60_000);

  it("does not start with a policy that it cannot read, and names the line", async () => {
    await writeFile(file("policy.txt"), "quorum nobody\n");
    const { status, errors } = await portolan("start", "--port", "0");
    expect([status, errors]).toEqual([2, expect.stringContaining("policy.txt:1: nobody is not defined above.")]);
  }, 60_000);
});
