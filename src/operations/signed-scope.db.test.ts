import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { approvedVersion } from "../../test/approved-version.ts";
import { anAuthorizedPort } from "../../test/compared-host.ts";
import { eachDatabase } from "../../test/databases.ts";
import { tamper } from "../../test/tamper.ts";
import type { Store } from "../platform/storage/index.ts";
import { signingKey } from "../record/evidence/index.ts";
import type { OperationDeps } from "./operation-deps.ts";
import { scopeInForceNow } from "./scope-in-force.ts";
import { createStatus } from "./status.ts";

const NOON = Date.parse("2026-03-14T12:00:00Z");
const scopeOf = (addresses: string): string => `version: 1
name: test
systemTypes: { host: { cadence: 1h, ports: "1-100" } }
targets: [{ name: net, addresses: [${addresses}], systemType: host, undeclared: allow }]
`;
/** Somebody with the database lets the whole network be scanned. */
const FORGED = `UPDATE scope_version SET scope = jsonb_set(scope, '{targets,0,addresses}', '["10.9.0.0/16"]') WHERE version = 2`;
const PROBLEM = /^scope 2 has scope "[0-9a-f]+(?:…|\.\.\.), and entry \d+ says "[0-9a-f]+(?:…|\.\.\.)\.$/;

eachDatabase("a scope that contradicts its entry", (open) => {
  const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;
  let store: Store;
  let directory: string;
  let now = NOON;
  const clock = { now: () => now };
  const declare = (text: string) => writeFile(join(directory, "portolan.yaml"), text);
  const deps = () => ({ store, clock, key, user: "jane", file: join(directory, "portolan.yaml") });
  const fallBack = { onProblem: () => undefined };
  const status = () =>
    createStatus({
      ...deps(),
      destinations: [],
      scopeAsRecorded: () => scopeInForceNow(deps(), fallBack),
    } as unknown as OperationDeps).get();

  beforeEach(async () => {
    now = NOON;
    store = await open();
    directory = await mkdtemp(join(tmpdir(), "portolan-signed-scope-"));
    for (const addresses of ["10.9.0.0/28", "10.9.0.0/29"]) {
      await declare(scopeOf(addresses));
      await scopeInForceNow(deps());
      now += 1_000;
    }
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("does not decide what may be scanned: the file does while it declares what was signed", async () => {
    await tamper(store, FORGED);
    const { version, resolved } = await scopeInForceNow(deps());
    expect([version.version, resolved.boundary.size]).toEqual([2, 8]);
    expect((await status()).contradicted).toMatchObject([
      { table: "scope_version", row: "scope 2", problem: expect.stringMatching(PROBLEM) },
    ]);
  });

  it.each([
    ["the file declares something else", scopeOf("10.9.0.0/30")],
    ["the file cannot be read", "version: ["],
  ])("is in force in no way when %s", async (_when, text) => {
    await tamper(store, FORGED);
    await declare(text);
    for (const way of [undefined, fallBack]) {
      const refused = scopeInForceNow(deps(), way);
      if (way === undefined && text.endsWith("["))
        await expect(refused).rejects.toMatchObject({ code: "config-invalid" });
      else {
        await expect(refused).rejects.toMatchObject({
          code: "evidence-broken",
          message: expect.stringContaining("scope 2 has scope"),
          next: expect.stringContaining("portolan evidence verify"),
        });
      }
    }
  });

  it("is missed where its last version was deleted", async () => {
    await tamper(store, "DELETE FROM scope_version WHERE version = 2");
    expect((await status()).contradicted).toMatchObject([
      { problem: expect.stringMatching(/^scope 2 is missing from the table, and entry \d+ records it\.$/) },
    ]);
  });

  it("is named by the status beside a port baseline that does so, and neither while both are as they were signed", async () => {
    await approvedVersion(store, { ports: [anAuthorizedPort()], document: "version: 1\n", by: "Ada", at: now });
    expect(await status()).not.toHaveProperty("contradicted");
    await tamper(store, FORGED, "UPDATE port_baseline_version SET authorized_ports = '[]'");
    expect((await status()).contradicted?.map(({ row }) => row)).toEqual(["scope 2", "port baseline 1"]);
  });
});
