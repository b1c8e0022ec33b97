import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { chmod, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { run } from "../../src/cli/run.ts";
import type { SensorGateway } from "../../src/contract/index.ts";
import { createSensors } from "../../src/operations/sensors.ts";
import { openStore, type Store } from "../../src/platform/storage/index.ts";
import { beginLog } from "../../src/record/change/index.ts";
import { loadOrCreateKey } from "../../src/record/evidence/index.ts";
import { publicKeyOf, signRequest } from "../../src/sensing/sensor-agent/index.ts";
import { startServer } from "../../src/server/start.ts";
import { readToken } from "../../src/server/token.ts";
import { createSensorGateway } from "../../src/watching/sensor-registry/index.ts";
import { makeCertificate } from "../certificates.ts";
import { freshPlace, type Place } from "../databases.ts";
import { fakeOperations } from "../fakes/operations.ts";
import { fakeSurroundings } from "../fakes/surroundings.ts";
import { recording } from "../recording.ts";

describe("following the next step of a sensor", { tags: ["long"] }, () => {
  let directory: string;
  let place: Place;
  let store: Store;
  type Server = Awaited<ReturnType<typeof startServer>>;
  let startServers: () => Promise<{ readonly plain: Server; readonly tls: Server }>;
  let startRenewed: () => Promise<Server>;
  let servers: Awaited<ReturnType<typeof startServers>>;
  let operations: ReturnType<typeof fakeOperations>;
  let reports = 0;
  let ahead = 0;
  const clock = { now: () => Date.now() + ahead };

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "portolan-sensors-"));
    place = await freshPlace("embedded");
    store = await openStore(place);
    const key = loadOrCreateKey(place.home);
    await store.transaction((tx) => beginLog(tx, { key, at: clock.now() }));
    operations = fakeOperations({ sensors: createSensors({ store, clock, key }) });
    const gateway = createSensorGateway({ store, clock, key, onChanged: () => undefined, onFindings: () => undefined });
    const sensors: SensorGateway = {
      ...gateway,
      async report(...given) {
        const answer = await gateway.report(...given);
        reports += 1;
        return answer;
      },
    };
    const config = {
      operations,
      sensors,
      home: place.home,
      version: "0",
      port: 0,
      clock,
      onUnexpected: () => undefined,
    };
    const tls = makeCertificate(directory, "server", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1");
    const renewed = makeCertificate(directory, "renewed", "-addext", "subjectAltName=IP:127.0.0.1");
    startRenewed = () => startServer({ ...config, home: join(directory, "elsewhere"), tls: renewed });
    startServers = async () => ({
      plain: await startServer(config),
      tls: await startServer({ ...config, home: directory, tls }),
    });
  });
  // Of its own for each test: an address enrols few machines a minute.
  beforeEach(async () => {
    servers = await startServers();
  });
  afterEach(async () => {
    await servers.plain.stop();
    await servers.tls.stop();
  });
  afterAll(async () => {
    await store.close();
    await place.remove();
    await rm(directory, { recursive: true });
  });

  const homeOf = (machine: string): string => join(directory, "machines", machine);
  const remove = (machine: string): Promise<void> => rm(join(homeOf(machine), "sensor"), { recursive: true });

  /** Runs until it ends by itself, or has reported. */
  async function portolan(machine: string, ...argv: string[]): Promise<{ code: number; out: string; err: string }> {
    const around = { ...fakeSurroundings({ directory, operations, env: { PORTOLAN_HOME: homeOf(machine) } }), clock };
    const before = reports;
    const ended = run(argv, around);
    const reported = setInterval(() => (reports > before ? around.signal() : undefined), 20);
    const code = await ended;
    clearInterval(reported);
    return { code, out: around.printed.out, err: around.printed.err.replaceAll(/\s+/g, " ") };
  }
  async function refused(next: string, machine: string, ...argv: string[]): Promise<string> {
    const { code, err } = await portolan(machine, ...argv);
    expect(code, err).toBe(2);
    expect(err).toContain(next);
    return err;
  }
  async function works(machine: string, ...argv: string[]): Promise<string> {
    const { code, out, err } = await portolan(machine, ...argv);
    expect(code, `${argv.join(" ")}: ${err}`).toBe(0);
    return out;
  }
  /** `portolan sensors enrol`, and what `portolan sensor` takes. */
  async function enrol(name: string): Promise<string[]> {
    const { token } = JSON.parse(await works("server", "sensors", "enrol", name, "--json")) as { token: string };
    await writeFile(join(directory, name), token);
    return ["--server", servers.plain.url, "--token-file", name];
  }
  /** The command as the text has it, with a reason. */
  async function revoke(text: string): Promise<void> {
    const [, name = "", option = ""] = /portolan sensors revoke (\S+) (--reason) TEXT/.exec(text) ?? [];
    await works("server", "sensors", "revoke", name, option, "replaced");
  }
  async function enrolled(name: string): Promise<void> {
    await works(name, "sensor", ...(await enrol(name)));
  }

  const fingerprint = (file: string): string => new X509Certificate(readFileSync(join(directory, file))).fingerprint256;

  it("names the server and makes a token", async () => {
    await refused(
      "Name the server (--server URL) and pass a token: portolan sensors enrol NAME creates one",
      "a",
      "sensor",
    );
    await writeFile(join(directory, "other"), "no token");
    await refused(
      "Create one on the server (portolan sensors enrol NAME) and pass it in a file: --token-file FILE.",
      ...(["a", "sensor", "--server", servers.plain.url, "--token-file", "other"] as const),
    );
    const [, url = "", ...token] = await enrol("a");
    const path = ["sensor", "--server", `${url}/sensor`, ...token];
    await refused("Give scheme, host and port, and nothing else.", "a", ...path);
    const sensor = ["sensor", "--server", new URL(url).origin, ...token];
    await refused("Give a duration such as 30s.", "a", ...sensor, "--interval", "often");
    await works("a", ...sensor, "--interval", "30s");
  });

  it("takes a new token instead of one that was used", async () => {
    await enrolled("used");
    const token = ["--server", servers.plain.url, "--token-file", "used"];
    await refused("Ask an admin for a new one: portolan sensors enrol NAME", "unused", "sensor", ...token);
    await works("unused", "sensor", ...(await enrol("unused")));
  });

  it("revokes a sensor whose name is wanted, or chooses another name", async () => {
    await enrolled("wanted");
    const said = await refused("Revoke it first (", "server", "sensors", "enrol", "wanted");
    await enrol("wanted-2");
    await revoke(said);
    await remove("wanted");
    await enrolled("wanted");

    await enrol("twice");
    const first = ["sensor", "--server", servers.plain.url, "--token-file", "first"];
    await writeFile(join(directory, "first"), await readFile(join(directory, "twice")));
    const second = await enrol("twice");
    await works("first", ...first);
    const late = await refused("then make a new token: portolan sensors enrol twice", "second", "sensor", ...second);
    await revoke(late);
    await works("second", "sensor", ...(await enrol("twice")));
  });

  it("enrols a machine again whose sensor was revoked", async () => {
    await enrolled("sold");
    await works("server", "sensors", "revoke", "sold", "--reason", "sold");
    await refused("remove the directory sensor from PORTOLAN_HOME there and enrol it", "sold", "sensor");
    await rm(join(homeOf("sold"), "sensor/enrolment.json"));
    const token = await enrol("bought");
    await refused("enrol with the same token: it is still open.", "sold", "sensor", ...token);
    await remove("sold");
    await works("sold", "sensor", ...token);
  });

  it("enrols a machine whose key the server does not know", async () => {
    await enrolled("strange");
    await rm(join(homeOf("strange"), "sensor/key.pem"));
    await refused("Remove the directory sensor from PORTOLAN_HOME on that machine and enrol it", "strange", "sensor");
    await remove("strange");
    await works("strange", "sensor", ...(await enrol("known")));
  });

  it.each([
    ["a key that others can read", (folder: string) => chmod(join(folder, "key.pem"), 0o644)],
    ["a key that is none", (folder: string) => writeFile(join(folder, "key.pem"), "")],
    ["an enrolment that cannot be read", (folder: string) => writeFile(join(folder, "enrolment.json"), "{")],
  ])("replaces a sensor with %s", async (what, damage) => {
    const name = what.replaceAll(" ", "-");
    await enrolled(name);
    await damage(join(homeOf(name), "sensor"));
    const next = "Revoke the sensor, remove the directory sensor from PORTOLAN_HOME, and enrol it again.";
    await refused(next, name, "sensor");
    await works("server", "sensors", "revoke", name, "--reason", "replaced");
    await remove(name);
    await enrolled(name);
  });

  it("enrols a machine and its copy separately", async () => {
    await enrolled("copied");
    await cp(homeOf("copied"), homeOf("copy"), { recursive: true });
    await works("copy", "sensor");
    await refused("On each machine, remove the directory sensor from PORTOLAN_HOME and enrol it", "copied", "sensor");
    await works("server", "sensors", "revoke", "copied", "--reason", "copied");
    for (const machine of ["copied", "copy"]) {
      await remove(machine);
      await enrolled(machine);
    }
  });

  it("trusts the server by its authority or by its certificate", async () => {
    const [, , ...token] = await enrol("trusting");
    const sensor = ["sensor", "--server", servers.tls.url, ...token];
    const next = "Name its authority with --ca FILE, or its certificate with --fingerprint SHA256.";
    await refused(next, "trusting", ...sensor);
    await works("trusting", ...sensor, "--ca", "server.pem");
  });

  it("goes to the server itself, past another program and past a proxy that changes requests", async () => {
    const [, url = "", ...token] = await enrol("lost");
    const answers = { status: 404, text: "oops" };
    const stranger = await listening((request, response) => void response.writeHead(answers.status).end(answers.text));
    const there = ["sensor", "--server", stranger.url, ...token];
    await refused("Check that a Portolan server runs at this address.", "lost", ...there);
    Object.assign(answers, { status: 200, text: '{"hello":1}' });
    await refused("Check the address, and the proxies in front of it.", "lost", ...there);
    stranger.close();

    const proxy = await listening((request, response) => {
      void text(request).then(async (body) => {
        const { "content-length": _, ...headers } = request.headers as Record<string, string>;
        const answer = await fetch(`${url}${request.url}`, { method: "POST", headers, body: `${body} ` });
        response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
      });
    });
    await refused(
      "Something between the sensor and this server changes requests; check the proxies.",
      ...(["lost", "sensor", "--server", proxy.url, ...token] as const),
    );
    proxy.close();
    await works("lost", "sensor", "--server", url, ...token);
  });

  it("pins the new certificate of the server once it was renewed", async () => {
    const [, , ...token] = await enrol("pinned");
    const pinned = ["sensor", "--server", servers.tls.url, ...token, "--fingerprint", fingerprint("server.pem")];
    await works("pinned", ...pinned);
    const renewed = await startRenewed();
    const again = ["sensor", "--server", renewed.url];
    await refused("If its certificate was renewed, start the sensor with the new fingerprint.", "pinned", ...again);
    await works("pinned", ...again, "--fingerprint", fingerprint("renewed.pem"));
    await renewed.stop();
  });

  it("signs what a program sent without a signature, or with another's", async () => {
    const token = { authorization: `Bearer ${await readToken(place.home)}` };
    const unsigned = await fetch(`${servers.plain.url}/api/v1/sensor/reports`, { method: "POST", headers: token });
    expect(await unsigned.json()).toMatchObject({
      next: "Report with `portolan sensor`; to read about sensors, use GET /api/v1/sensors.",
    });
    expect((await fetch(`${servers.plain.url}/api/v1/sensors`, { headers: token })).status).toBe(200);
    const own = generateKeyPairSync("ed25519").privateKey;
    const [, , , file = ""] = await enrol("signed");
    const publicKey = Buffer.from(publicKeyOf(own)).toString("base64");
    const made = {
      token: await readFile(join(directory, file), "utf8"),
      publicKey,
      host: "h",
      platform: "linux",
      version: "0",
    };
    const [path, body] = ["/api/v1/sensor/enrolments", JSON.stringify(made)];
    const another = generateKeyPairSync("ed25519").privateKey;
    const headers = {
      "content-type": "application/json",
      ...signRequest({ method: "POST", path, body, at: 0 }, another),
    };
    const forged = await fetch(`${servers.plain.url}${path}`, { method: "POST", headers, body });
    expect(await forged.json()).toMatchObject({ next: "Enrol with `portolan sensor`, which signs it." });
    await works("signed", "sensor", "--server", servers.plain.url, "--token-file", file);
  });

  it("waits until the tokens that nobody used expire", async () => {
    const { expiresAt } = JSON.parse(await works("server", "sensors", "enrol", "many", "--json")) as {
      expiresAt: string;
    };
    await recording(store, (tx) =>
      sql`INSERT INTO sensor_invitation (name, token_sha256, requested_by, created_at, expires_at)
        SELECT 'many', md5(n::text) || md5(n::text), 'ada', now(), ${expiresAt}::timestamptz
        FROM generate_series(1, 1000) AS n`.execute(tx),
    );
    await refused("Use them or wait until they expire.", "server", "sensors", "enrol", "one-more");
    ahead = Date.parse(expiresAt) - Date.now() + 1_000;
    await works("server", "sensors", "enrol", "one-more");
  });
});

/** Another program at an address of its own. */
async function listening(answer: RequestListener): Promise<{ readonly url: string; close(): void }> {
  const server = createServer(answer);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
