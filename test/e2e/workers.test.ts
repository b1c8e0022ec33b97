import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ExposureResult, InvitationResult, VerifyResult } from "../../src/contract/index.ts";
import { listFindings } from "../../src/judgement/findings/index.ts";
import { openStore, type Store } from "../../src/platform/storage/index.ts";
import { latestFullSweep } from "../../src/watching/sweeps/index.ts";
import { membersNow } from "../../src/watching/workers/index.ts";
import { makeCertificate } from "../certificates.ts";
import { freshPlace, type Place } from "../databases.ts";
import { addFirewall, type Firewall } from "../lab/firewall.ts";
import { describeLab, lab, type Lab } from "../lab/index.ts";
import { IS_POOR, workplace, type Lasting, type Workplace } from "./portolan.ts";

const CADENCE = 5_000;
/** How long a sweep of three ports, one of them silent, can take on a busy machine. */
const SWEEP = 8_000;
const PLANNED = 9_000;
const SCOPE = `version: 1
name: two sides of a firewall
vantage: console
limits: { rate: 6000, perHostRate: 6000 }
vantagePoints:
  - { name: console, kind: other, targets: [console] }
  - { name: inside, kind: inside, targets: [net] }
  - { name: outside, kind: outside, targets: [net, wide] }
systemTypes:
  quick: { cadence: 5s, staleness: 2m, ports: "22,443,500" }
  slow: { cadence: 1h, ports: "1-${PLANNED}" }
targets:
  - { name: console, addresses: [10.77.0.1], systemType: slow, owner: me }
  - { name: net, addresses: [10.77.0.2], systemType: quick, owner: team-web }
  - { name: wide, addresses: [10.77.0.3], systemType: slow, owner: team-data }
`;
const BASELINE = `version: 1
authorizedPorts:
  - { asset: net, port: 443, owner: team-web, justification: the shop, exposure: [inside, outside] }
  - { asset: net, port: 22, owner: team-ops, justification: administration, exposure: [inside] }
`;

/** A server inside a firewall, a worker on either side of it, a sensor on the host, and one PostgreSQL. */
describeLab("workers at two vantage points, and a sensor", () => {
  let net: Lab;
  let firewall: Firewall;
  let database: Place;
  let store: Store;
  let place: Workplace;
  let beyond: Workplace;
  let machine: Workplace;
  const running: Lasting[] = [];
  let first: Lasting;
  let inside: Lasting;

  function begin(where: Workplace, ...words: string[]): Lasting {
    const begun = where.begin(...words);
    running.push(begun);
    return begun;
  }
  async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
    const end = Date.now() + 90_000;
    for (;;) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      if (Date.now() > end) throw new Error(`this never happened:\n${running.map((each) => each.said()).join("\n")}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  /** Queries the record itself: a command per turn would take most of this machine's time. */
  const exposures = () => listFindings(store.db).then((all) => all.filter(({ kind }) => kind === "wrong-exposure"));
  const lookedAt = (vantage: string, since: number) =>
    until(async () => {
      const last = await latestFullSweep(store.db, vantage, "net");
      return last !== undefined && last.startedAt > since ? last : undefined;
    });

  beforeAll(async () => {
    net = await lab({
      hosts: [
        { name: "web", listeners: [22, 443] },
        { name: "wide", listeners: [80] },
      ],
    });
    firewall = await addFirewall(net, ["web", "wide"]);
    await firewall.drop([22]);
    database = await freshPlace("postgresql");
    store = await openStore(database);
    place = await workplace(net.scanner, database);
    beyond = await workplace(firewall.outside, database);
    await place.write("portolan.yaml", SCOPE);
    await place.write("port-baseline.yaml", BASELINE);
    expect(await place.run("baseline", "approve", "port-baseline.yaml", "--by", "Ada")).toMatchObject({ status: 0 });
    const { certificate: ca, key } = makeCertificate(
      place.directory,
      "server",
      "-addext",
      "subjectAltName=IP:10.77.0.1",
    );
    const server = begin(place, "start", "--host", "10.77.0.1", "--tls-certificate", ca, "--tls-key", key);
    inside = begin(place, "worker", "--vantage", "inside");
    first = begin(beyond, "worker", "--vantage", "outside");
    machine = await workplace(net.host("web"), "embedded");
    const { result } = await place.json<InvitationResult>("sensors", "enrol", "net");
    await machine.write("token", result.token);
    await until(() => Promise.resolve(server.said().includes("10.77.0.1:4600") || undefined));
    const token = join(machine.directory, "token");
    begin(machine, "sensor", "--server", "https://10.77.0.1:4600", "--ca", ca, "--token-file", token);
  }, 120_000);

  afterAll(async () => {
    await Promise.all(running.map((each) => each.stop("SIGTERM")));
    await store.close();
    await firewall.close();
    for (const each of [place, beyond, machine]) await each.remove();
    await net.close();
    await database.remove();
  }, 60_000);

  it("lose one of them in mid-sweep, and get another one", async () => {
    await until(async () => {
      const { rows } = await store.executeSql(
        `SELECT max(next_index) AS next FROM sweep_chunk JOIN sweep ON sweep.id = sweep_id WHERE planned = ${PLANNED} AND targets = '["wide"]'`,
      );
      return Number((rows[0] as { next: number | null } | undefined)?.next ?? 0) > 1_000 ? true : undefined;
    });
    await first.stop("SIGKILL");
    begin(beyond, "worker", "--vantage", "outside");
  }, 120_000);

  it("each see an endpoint as it is from their side, and the sensor reports what it is bound to", async () => {
    const now = Date.now();
    await lookedAt("inside", now);
    await lookedAt("outside", now);
    expect(await exposures()).toEqual([]);
    await until(() =>
      store.db.selectFrom("sensor").select("id").where("reported_at", "is not", null).executeTakeFirst(),
    );
    const { result: answer } = await place.json<ExposureResult>("exposure", "10.77.0.2:22");
    expect(answer.endpoints).toMatchObject([
      {
        asset: "net",
        host: { says: "listening", listeners: [{ bind: "any", ...(IS_POOR ? {} : { process: expect.any(String) }) }] },
        seen: [
          { vantage: "console", state: "unknown" },
          { vantage: "inside", state: "open", allowed: true },
          { vantage: "outside", state: "filtered", allowed: false },
        ],
        openFrom: ["inside"],
        wrongFrom: [],
        summary: expect.stringMatching(/^listens on any; .*open from inside; filtered from outside$/),
      },
    ]);
    const members = await membersNow(store.db);
    expect(members.map(({ vantage, kind }) => `${vantage} ${kind}`).sort()).toEqual([
      "console installation",
      "inside worker",
      "outside worker",
    ]);
  }, 120_000);

  it("resume where one of them was killed in mid-sweep, without losing or double-counting anything", async () => {
    const sweepOfWide = async () =>
      await store.db
        .selectFrom("sweep")
        .select(["id", "verdict", "counts", "run"])
        .where("planned", "=", PLANNED)
        .where(sql<boolean>`targets @> '["wide"]'`)
        .execute();
    const ended = await until(async () => (await sweepOfWide()).find(({ verdict }) => verdict !== null));
    expect(await sweepOfWide()).toHaveLength(1);
    expect(ended).toMatchObject({ verdict: "complete", run: 1 });
    // Where the killed worker had probed the dropped port, it only counts as silent: that worker's knowledge of loss is
    // gone.
    const { filtered = 0, "no-response": silent = 0, ...others } = ended.counts ?? {};
    expect(others).toMatchObject({ open: 1, closed: PLANNED - 2, "not-scanned": 0 });
    expect(filtered + silent).toBe(1);
    const { rows } = await store.executeSql(
      `SELECT type FROM evidence_entry WHERE type LIKE 'sweep-%' AND body::jsonb -> 'data' ->> 'sweep' = '${ended.id}' ORDER BY index`,
    );
    expect(rows.map((row) => (row as { type: string }).type)).toEqual([
      "sweep-started",
      "sweep-resumed",
      "sweep-finished",
    ]);
    // One SYN per endpoint, those of the last second before the kill once more, and the second probe.
    const { received } = await net.host("wide").packets();
    expect(received).toBeGreaterThanOrEqual(PLANNED);
    expect(received).toBeLessThan(PLANNED + 3_000);
  }, 120_000);

  it("find within one cadence that a firewall was opened, and closed again", async () => {
    await inside.stop("SIGINT");
    const opened = Date.now();
    await firewall.drop([]);
    const finding = await until(async () => (await exposures())[0]);
    expect(finding).toMatchObject({ vantage: "outside", subject: { asset: "net", port: 22 } });
    expect(finding.openedAt - opened).toBeLessThan(CADENCE + SWEEP);
    await firewall.drop([22]);
    const resolved = await until(async () => (await exposures()).find(({ status }) => status === "resolved"));
    expect(resolved.resolution).toContain("observed filtered");
    expect(await place.json<VerifyResult>("evidence", "verify")).toMatchObject({ result: { ok: true, problems: [] } });
  }, 120_000);

  it("leave nothing half done when one is stopped, and a gap where none is left", async () => {
    expect(inside.process.exitCode).toBe(0);
    expect((await membersNow(store.db)).map(({ vantage }) => vantage)).not.toContain("inside");
    const left = await store.db
      .selectFrom("sweep")
      .innerJoin("vantage_point", "vantage_point.id", "sweep.vantage_id")
      .select("sweep.id")
      .where("vantage_point.name", "=", "inside")
      .where("ended_at", "is", null)
      .execute();
    expect(left).toEqual([]);
    const gap = await until(async () =>
      (await listFindings(store.db, { vantage: "inside" })).find(({ kind }) => kind === "coverage-gap"),
    );
    expect(gap).toMatchObject({ status: "new", subject: { target: "net" } });
    // Observations from before it left stay known until they are too old.
    const { result } = await place.json<ExposureResult>("exposure", "10.77.0.2:443");
    expect(result.endpoints[0]?.seen.find(({ vantage }) => vantage === "inside")).toMatchObject({ state: "open" });
  }, 120_000);
});
