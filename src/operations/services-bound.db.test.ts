import { createHash, generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { eachDatabase } from "../../test/databases.ts";
import { bindAnswers, contradictionsAfter } from "../../test/fixtures/tampered.ts";
import type { EntryOf, ServiceIdentity } from "../model/index.ts";
import type { Store } from "../platform/storage/index.ts";
import { beginLog } from "../record/change/index.ts";
import { compareTables, provenEntry, readEntries, signingKey } from "../record/evidence/index.ts";
import { addressSet, parsePorts, parseScope, recordScope, resolveScope } from "../scope/index.ts";
import { createPlan, type Engine } from "../sensing/scanner/index.ts";
import { createSweeps, DEFAULT_PROBING } from "../watching/sweeps/index.ts";
import { BINDINGS } from "./bindings.ts";
import { recordStepBack } from "./clock.ts";
import { recording } from "../../test/recording.ts";

const NOON = Date.parse("2026-03-14T12:00:00Z");
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const DOCUMENT = `version: 1
name: test
systemTypes: { host: { cadence: 30d, ports: "1-100" } }
targets: [{ name: net, addresses: [10.9.0.0/28], systemType: host, undeclared: allow }]
`;
const NETWORK = addressSet([{ first: "10.9.0.1", last: "10.9.0.1" }]);
const BANNER = "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u7 on a host that nobody shall know\r\n";
const SSH: ServiceIdentity = {
  service: "ssh",
  product: "OpenSSH",
  version: "9.2p1",
  confidence: "high",
  evidence: Buffer.from(BANNER).toString("base64"),
};
const NEWER: ServiceIdentity = {
  ...SSH,
  version: "10.0",
  evidence: Buffer.from("SSH-2.0-OpenSSH_10.0\r\n").toString("base64"),
};

eachDatabase("services and the log", (open) => {
  const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;
  let store: Store;
  let now = NOON;
  let state: "open" | "closed" = "open";
  /** By port; undefined: it says nothing that is known. */
  const answers = new Map<number, ServiceIdentity>([[22, SSH]]);
  const about = async () =>
    (await compareTables(store.db, BINDINGS)).contradictions.filter(({ table }) => table === "service_interval");

  const engine: Engine = {
    name: "connect",
    scan({ probes, onResult }) {
      for (let next = probes.next(); next.done !== true; next = probes.next()) {
        const { port } = next.value.endpoint;
        onResult({
          ...next.value,
          state: port === 22 || (port === 23 && state === "open") ? "open" : "closed",
          at: now,
        });
      }
      const none = { sent: 0, retried: 0, selfConnects: 0, fdLimit: 0, errors: {}, forgotten: 0, loss: 0 };
      return Promise.resolve({ ...none, networks: [], doubtful: [] });
    },
  };

  async function sweep(at: number): Promise<void> {
    now = at;
    const scope = parseScope(DOCUMENT, "portolan.yaml", () => "");
    const resolved = await resolveScope(scope, { lookup: () => Promise.resolve([]), ownAddresses: () => [] });
    const sweeps = createSweeps({
      store,
      clock: { now: () => now },
      key,
      engineNamed: () => engine,
      identify: (endpoints, { onResult }) => {
        for (const endpoint of endpoints) {
          const identity = answers.get(endpoint.port);
          if (identity === undefined) onResult(endpoint, { kind: "unidentified", why: "silent", evidence: "" });
          else onResult(endpoint, { kind: "identified", identity });
        }
        return Promise.resolve();
      },
    });
    const order = {
      kind: "full",
      targets: ["net"],
      plan: createPlan({ blocks: [{ addresses: NETWORK, ports: parsePorts("1-30") }], seed: "00".repeat(16) }),
      ports: "1-30",
      engine: "connect",
      parameters: { ...DEFAULT_PROBING, rate: 1_000, perHostRate: 1_000 },
      resolved,
      scopeVersion: 1,
      requestedBy: "schedule",
    } as const;
    await sweeps.run(order, {});
  }

  async function entries(): Promise<EntryOf<"services-identified">["data"][]> {
    const found = [];
    for await (const { body, type } of readEntries(store.db)) {
      if (type === "services-identified") found.push((JSON.parse(body) as { data: EntryOf<typeof type>["data"] }).data);
    }
    return found;
  }

  beforeAll(async () => {
    store = await open();
    const scope = parseScope(DOCUMENT, "portolan.yaml", () => "");
    await recording(store, async (tx) => {
      await beginLog(tx, { key, at: NOON });
      await recordScope(tx, { scope, document: DOCUMENT, by: "jane", at: NOON });
    });
    await bindAnswers(store, key, NOON);
    await sweep(NOON + HOUR);
    await sweep(NOON + DAY + HOUR);
    state = "closed";
    await sweep(NOON + DAY + 2 * HOUR);
    answers.set(22, NEWER);
    await sweep(NOON + 2 * DAY + HOUR);
  }, 60_000);
  afterAll(() => store.close());

  it("are stated: what was identified, again, without result, and when it ended", async () => {
    const at = (time: number): string => new Date(time).toISOString();
    const [first, second, third, fourth] = await entries();
    const began = at(NOON + HOUR);
    expect(first).toMatchObject({
      vantage: "inside",
      identified: [
        ["tcp/10.9.0.1:22", began, { service: "ssh", version: "9.2p1" }],
        ["tcp/10.9.0.1:23", began, null],
      ],
      again: [],
      unanswered: [],
      ended: [],
    });
    expect(second).toMatchObject({
      identified: [],
      again: ["tcp/10.9.0.1:22"],
      unanswered: ["tcp/10.9.0.1:23"],
      askedAt: at(NOON + DAY + HOUR),
    });
    expect(third).toMatchObject({ ended: [["tcp/10.9.0.1:23", at(NOON + DAY + 2 * HOUR), began]], again: [] });
    expect(fourth).toMatchObject({
      identified: [["tcp/10.9.0.1:22", at(NOON + 2 * DAY + HOUR), { version: "10.0" }]],
      ended: [["tcp/10.9.0.1:22", at(NOON + 2 * DAY + HOUR), began]],
    });
    expect(await about()).toEqual([]);
  });

  it("commit to a banner that the entry, and its proof, do not contain", async () => {
    let index = -1;
    for await (const entry of readEntries(store.db)) {
      if (entry.type === "services-identified" && index < 0) index = entry.index;
    }
    const proven = await provenEntry(store.db, index);
    const body = proven?.entry.body ?? "";
    expect(JSON.stringify(proven)).not.toContain(SSH.evidence);
    expect(body).not.toContain("nobody shall know");
    const [[, , identity]] = (JSON.parse(body) as { data: EntryOf<"services-identified">["data"] }).data.identified as [
      [string, string, { evidenceCommitment: string }],
    ];
    const row = await store.db
      .selectFrom("service_interval")
      .select(["salt", "identity"])
      .where("identity", "is not", null)
      .orderBy("during")
      .executeTakeFirstOrThrow();
    expect(row.salt).toHaveLength(16);
    const raw = Buffer.from(row.identity?.evidence ?? "", "base64");
    expect(raw.toString()).toBe(BANNER);
    const commitment = createHash("sha256").update(row.salt!).update(raw).digest("hex");
    expect(identity.evidenceCommitment).toBe(commitment);
  });

  const ssh = "(SELECT id FROM endpoint WHERE port = 22) AND upper_inf(during)";
  it.each([
    ["identity, salt", `SET identity = jsonb_set(identity, '{version}', '"9.9"') WHERE endpoint_id = ${ssh}`],
    ["identity, salt", `SET identity = jsonb_set(identity, '{evidence}', '"eA=="') WHERE endpoint_id = ${ssh}`],
    ["identity, salt", `SET salt = decode(repeat('00', 16), 'hex') WHERE endpoint_id = ${ssh}`],
    ["during", `SET during = tstzrange(lower(during), lower(during) + interval '1 hour') WHERE endpoint_id = ${ssh}`],
    ["identified_at", `SET identified_at = identified_at - interval '1 hour' WHERE endpoint_id = ${ssh}`],
    ["asked_at", `SET asked_at = asked_at - interval '1 hour' WHERE endpoint_id = ${ssh}`],
    ["first_sweep", `SET first_sweep = 1 WHERE endpoint_id = ${ssh}`],
    ["last_sweep", `SET last_sweep = 1 WHERE NOT upper_inf(during)`],
  ])("disagree on %s after: UPDATE service_interval %s", async (column, change) => {
    const found = await contradictionsAfter(store, `UPDATE service_interval ${change}`);
    const [named] = found.filter(({ table }) => table === "service_interval");
    expect(named).toMatchObject({ table: "service_interval", column });
    expect(named?.row).toMatch(/^the service on tcp\/10\.9\.0\.1:2[23] from inside since 2026-/);
  });

  it.each([
    [
      "the endpoint",
      `UPDATE service_interval SET endpoint_id = (SELECT id FROM endpoint WHERE port = 23), during = tstzrange(lower(during) + interval '9 days', NULL) WHERE endpoint_id = ${ssh}`,
    ],
    [
      "the beginning",
      `UPDATE service_interval SET during = tstzrange(lower(during) + interval '1 second', NULL) WHERE endpoint_id = ${ssh}`,
    ],
    [
      "the vantage point",
      `WITH other AS (INSERT INTO vantage_point (name) VALUES ('elsewhere') RETURNING id)
       UPDATE service_interval SET vantage_id = other.id FROM other WHERE endpoint_id = ${ssh}`,
    ],
  ])("disagree on a row and on one that is missing after %s was changed", async (_what, statement) => {
    const found = (await contradictionsAfter(store, statement)).filter(({ table }) => table === "service_interval");
    expect(found.map(({ problem }) => problem)).toEqual([
      expect.stringMatching(/is in the table, and no entry records it/),
      expect.stringMatching(/is missing from the table/),
    ]);
  });

  it("agree again after the clock was set back, unidentified services included", async () => {
    state = "open";
    await sweep(NOON + 3 * DAY);
    answers.set(22, SSH);
    await sweep(NOON + 9 * DAY);
    expect(await about()).toEqual([]);
    const during = { from: NOON + 3 * DAY + HOUR, to: NOON + 9 * DAY };
    await recordStepBack({ store, key }, { during, detail: "the clock was set back" });
    expect(await about()).toEqual([]);
    const rows = await store.db.selectFrom("service_interval").select("asked_at").execute();
    expect(rows.every(({ asked_at: at }) => at.getTime() <= during.from)).toBe(true);
    now = during.from;
    await sweep(NOON + 4 * DAY + HOUR);
    expect(await about()).toEqual([]);
  });

  it("disagree on what covers nothing: a run more, and a run fewer", async () => {
    const { contradictions, compared } = await compareTables(store.db, BINDINGS);
    expect(contradictions.filter(({ table }) => table === "coverage_void")).toEqual([]);
    expect(compared.find(({ table }) => table === "coverage_void")).toMatchObject({ rows: 1 });
    const more = await contradictionsAfter(
      store,
      `INSERT INTO coverage_void (sweep_id, run) SELECT sweep_id, run FROM coverage ORDER BY sweep_id LIMIT 1`,
    );
    expect(more.find(({ table }) => table === "coverage_void")?.problem).toMatch(
      /^the void run of sweep 1 from .* is in the table, and no entry records it/,
    );
    const fewer = await contradictionsAfter(store, `DELETE FROM coverage_void`);
    expect(fewer.find(({ table }) => table === "coverage_void")?.problem).toMatch(
      /^the void run of sweep \d+ from .* is missing from the table/,
    );
    const shifted = await contradictionsAfter(store, `UPDATE gap SET recorded_at = now()`);
    expect(shifted.find(({ table }) => table === "gap")).toMatchObject({ column: "recorded_at" });
  });
});
