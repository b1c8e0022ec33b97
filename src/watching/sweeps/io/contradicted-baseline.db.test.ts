import { generateKeyPairSync } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { approvedVersion } from "../../../../test/approved-version.ts";
import { anAuthorizedPort } from "../../../../test/compared-host.ts";
import { eachDatabase } from "../../../../test/databases.ts";
import { tamper } from "../../../../test/tamper.ts";
import type { Endpoint } from "../../../model/index.ts";
import type { Store } from "../../../platform/storage/index.ts";
import { beginLog } from "../../../record/change/index.ts";
import { readEntries, signingKey } from "../../../record/evidence/index.ts";
import { openEndpoints } from "../../../record/history/index.ts";
import { addressSet, parsePorts, parseScope, recordScope, resolveScope } from "../../../scope/index.ts";
import { createPlan, type Engine } from "../../../sensing/scanner/index.ts";
import { DEFAULT_PROBING } from "./probe-plan.ts";
import type { RecordedSweep } from "./record-sweep.ts";
import { createSweeps } from "./sweeps.ts";
import { recording } from "../../../../test/recording.ts";

const NOON = Date.parse("2026-03-14T12:00:00Z");
const DOCUMENT = `version: 1
name: test
systemTypes: { host: { cadence: 1h, ports: "1-100" } }
targets: [{ name: net, addresses: [10.9.0.0/28], systemType: host, undeclared: allow }]
`;
const HOST = [{ first: "10.9.0.5", last: "10.9.0.5" }];
const ANY_HOST = { kind: "address", address: "10.9.0.5" };
const EVERY_PORT = JSON.stringify([
  { selector: ANY_HOST, transport: "tcp", ports: [1, 100], owner: "eve", justification: "none", controls: [] },
]);

/** What somebody with the database can do to the version in force, and how it is named. */
const FORGERIES = [
  [
    "its ports",
    [`UPDATE port_baseline_version SET authorized_ports = '${EVERY_PORT}' WHERE version = 2`],
    /^port baseline 2 has authorizedPorts/,
  ],
  [
    "who approved it",
    ["UPDATE port_baseline_version SET approved_by = 'eve' WHERE version = 2"],
    /^port baseline 2 has approvedBy "eve"/,
  ],
  [
    "its document",
    ["UPDATE port_baseline_version SET document = 'x' WHERE version = 2"],
    /^port baseline 2 has document/,
  ],
  [
    "its rows, deleted, so that version 1 is in force",
    ["DELETE FROM baseline_approval WHERE version = 2", "DELETE FROM port_baseline_version WHERE version = 2"],
    /^port baseline 2 is missing from the table, and entry \d+ records it/,
  ],
  [
    "the rows of a version 3 that nobody approved",
    [
      `INSERT INTO port_baseline_version SELECT 3, digest, document, '${EVERY_PORT}', approved_by, approved_at FROM port_baseline_version WHERE version = 2`,
    ],
    /^port baseline 3 is in the table, and no entry records it/,
  ],
  [
    "the body of its entry",
    [
      "UPDATE evidence_entry SET body = replace(body, 'Ada', 'Eve') WHERE type = 'baseline-approved' AND body LIKE '%\"version\":2%'",
    ],
    /^entry \d+, which states port baseline 2, was altered/,
  ],
] as const;

eachDatabase("a sweep compared with a port baseline that contradicts its approval", (open) => {
  const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;
  let store: Store;
  let now = NOON;
  let openPorts: readonly number[];

  const engine: Engine = {
    name: "connect",
    scan: ({ probes, onResult }) => {
      let sent = 0;
      for (let next = probes.next(); next.done !== true; next = probes.next()) {
        const { index, endpoint } = next.value;
        onResult({ index, endpoint, state: openPorts.includes(endpoint.port) ? "open" : "closed", at: now });
        sent += 1;
      }
      const none = { retried: 0, selfConnects: 0, fdLimit: 0, errors: {}, forgotten: 0, loss: 0 };
      return Promise.resolve({ ...none, sent, networks: [], doubtful: [] });
    },
  };

  async function sweep(): Promise<RecordedSweep> {
    now += 600_000;
    const scope = parseScope(DOCUMENT, "portolan.yaml", () => "");
    const blocks = [{ addresses: addressSet(HOST), ports: parsePorts("1-100") }];
    return await createSweeps({ store, clock: { now: () => now }, key, engineNamed: () => engine }).run(
      {
        kind: "full",
        targets: ["net"],
        plan: createPlan({ blocks, seed: "00112233445566778899aabbccddeeff" }),
        engine: "connect",
        parameters: { ...DEFAULT_PROBING, rate: 1_000, perHostRate: 1_000 },
        resolved: await resolveScope(scope, { lookup: () => Promise.resolve([]), ownAddresses: () => [] }),
        scopeVersion: 1,
        requestedBy: "schedule",
      },
      {},
    );
  }

  const held = (): Promise<Endpoint[]> => openEndpoints(store.db, { vantage: "inside", addresses: addressSet(HOST) });
  async function findingEntries(): Promise<number> {
    let count = 0;
    for await (const { type } of readEntries(store.db)) if (type.startsWith("finding-")) count += 1;
    return count;
  }

  beforeEach(async () => {
    now = NOON;
    store = await open();
    const scope = parseScope(DOCUMENT, "portolan.yaml", () => "");
    await recording(store, async (tx) => {
      await beginLog(tx, { key, at: NOON });
      await recordScope(tx, { scope, document: DOCUMENT, by: "jane", at: NOON });
    });
    const ports = [22, 25].map((port) => anAuthorizedPort({ port }));
    await approvedVersion(store, { ports, document: "version: 1 # 1\n", by: "Ada", at: NOON });
    await approvedVersion(store, { ports: ports.slice(0, 1), document: "version: 1 # 2\n", by: "Ada", at: NOON + 1 });
    openPorts = [23];
    expect((await sweep()).opened).toMatchObject([{ kind: "unauthorized-open", subject: { port: 23 } }]);
  });

  it.each(FORGERIES)("decides nothing about findings and says why: %s", async (_what, statements, problem) => {
    const before = await findingEntries();
    await tamper(store, ...statements);
    openPorts = [23, 24];
    const { sweep: recorded, opened, resolved, regressed, baselineVersion } = await sweep();
    expect([opened, resolved, regressed, baselineVersion]).toEqual([[], [], [], undefined]);
    const [, why = ""] = /^it decided nothing about findings: (.*)$/.exec(recorded.reason ?? "") ?? [];
    expect(why).toMatch(problem);
    // Monitoring continues: the record knows what is open.
    expect(recorded.verdict).toBe("complete");
    expect((await held()).map(({ port }) => port)).toEqual([23, 24]);
    openPorts = [];
    expect((await sweep()).resolved).toEqual([]);
    expect(await findingEntries()).toBe(before);
  });

  it.each([
    [
      "resolved by nobody",
      "UPDATE finding SET status = 'resolved', resolved_at = now(), resolution = 'gone'",
      [23],
      /^finding 1 has open false, and entry \d+ says true\.$/,
    ],
    [
      "of another kind",
      "UPDATE finding SET kind = 'undeclared-asset', subject = '{\"address\": \"10.9.0.5\"}'",
      [],
      /^finding 1 has kind "undeclared-asset", and entry \d+ says "unauthorized-open"\.$/,
    ],
    [
      "opened by nobody",
      `INSERT INTO finding (fingerprint, kind, vantage_id, subject, summary, status, opened_at, last_seen_at)
       SELECT 'forged', kind, vantage_id, jsonb_set(subject, '{port}', '24'), summary, 'new', opened_at, last_seen_at FROM finding`,
      [23],
      /^finding 2 is in the table, and no entry records it\.$/,
    ],
  ])("leaves a finding alone that is %s, and says so", async (_what, statement, ports, problem) => {
    const before = await findingEntries();
    await tamper(store, statement);
    openPorts = ports;
    const { resolved, regressed, contradicted } = await sweep();
    expect([resolved, regressed]).toEqual([[], []]);
    expect(contradicted?.map((each) => each.problem)).toEqual([expect.stringMatching(problem)]);
    expect(await findingEntries()).toBe(before);
  });

  it("judges again once the row is as it was signed", async () => {
    await tamper(store, "UPDATE port_baseline_version SET approved_by = 'eve' WHERE version = 2");
    openPorts = [];
    expect((await sweep()).resolved).toEqual([]);
    await tamper(store, "UPDATE port_baseline_version SET approved_by = 'Ada' WHERE version = 2");
    const { resolved, sweep: recorded } = await sweep();
    expect([resolved.length, recorded.reason]).toEqual([1, undefined]);
  });
});
