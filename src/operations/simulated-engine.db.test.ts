import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { eachDatabase } from "../../test/databases.ts";
import { signingKey } from "../record/evidence/index.ts";
import { createSimulatedClock, createSimulatedNetwork, createWorld } from "../sensing/simulated/index.ts";
import { createSweeps } from "../watching/sweeps/index.ts";
import { createSweepKnown } from "./known-endpoints.ts";
import { scopeInForceNow } from "./scope-in-force.ts";
import { sweep } from "./sweep.ts";
import { sweepTarget } from "./target-sweeps.ts";

const SCOPE = `version: 1
name: test
systemTypes: { server: { cadence: 1h, ports: "22,80" } }
targets: [{ name: net, addresses: [10.7.0.1], systemType: server, undeclared: allow }]
`;

eachDatabase("a simulated network", (open) => {
  it("is named in what it made, by every kind of sweep", async () => {
    const store = await open();
    const home = mkdtempSync(join(tmpdir(), "portolan-simulated-"));
    onTestFinished(() => rmSync(home, { recursive: true, force: true }));
    const file = join(home, "portolan.yaml");
    writeFileSync(file, SCOPE);
    const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;
    const clock = createSimulatedClock(Date.UTC(2026, 2, 14, 9));
    const host = { address: "10.7.0.1", open: [{ transport: "tcp", port: 22 } as const] };
    const { engine } = createSimulatedNetwork(createWorld([host]), clock);
    const sweeps = createSweeps({ store, clock, key, engineNamed: () => engine });
    const deps = { store, clock, sweeps, engine };
    const scope = await scopeInForceNow({ store, clock, key, file, user: "jane" });
    await sweepTarget(deps, scope, "net", {});
    clock.moveBy(60_000);
    await createSweepKnown(deps)(scope, {});
    clock.moveBy(60_000);
    const requested = await sweep(deps, scope, { targets: [], engine: "auto", requestedBy: "jane" }, {});
    const engines = await store.db.selectFrom("sweep").select("engine").execute();
    expect(engines.map(({ engine: name }) => name)).toEqual(["simulated", "simulated", "simulated"]);
    expect(requested).not.toHaveProperty("note");
  });
});
