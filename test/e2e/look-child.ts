/**
 * A process that sweeps the known endpoints one time after the other, instead of once a minute, and says `look N` once
 * the Nth is recorded. The parent kills it.
 *
 * Arguments: directory (with portolan.yaml), home, optionally a database URL.
 */
import { join } from "node:path";
import { createSweeps } from "../../src/watching/sweeps/index.ts";
import { engineNamed } from "../../src/operations/engine.ts";
import { createSweepKnown } from "../../src/operations/known-endpoints.ts";
import { scopeInForceNow } from "../../src/operations/scope-in-force.ts";
import { settleOrphans } from "../../src/operations/target-sweeps.ts";
import { userName } from "../../src/platform/machine/index.ts";
import { systemClock as clock } from "../../src/platform/scheduling/index.ts";
import { openStore } from "../../src/platform/storage/index.ts";
import { loadOrCreateKey } from "../../src/record/evidence/index.ts";

const [directory = "", home = "", databaseUrl] = process.argv.slice(2);
const store = await openStore({ home, databaseUrl });
const key = loadOrCreateKey(home);
const sweeps = createSweeps({ store, clock, key, engineNamed });
const scope = await scopeInForceNow({ store, clock, key, file: join(directory, "portolan.yaml"), user: userName() });
const deps = { store, clock, sweeps };
await settleOrphans(deps, scope);
const sweepKnown = createSweepKnown(deps);
for (let look = 1; ; look += 1) {
  await sweepKnown(scope, {});
  process.stdout.write(`look ${look}\n`);
}
