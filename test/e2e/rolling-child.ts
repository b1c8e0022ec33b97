/**
 * A process that scans turns of the rolling sample one after the other, instead of one a minute, until it has found
 * something. Prints one JSON document: the turns that it took, and the findings.
 *
 * Arguments: directory (with portolan.yaml), home, most turns, optionally a database URL.
 */

import { join } from "node:path";
import { createSweeps } from "../../src/watching/sweeps/index.ts";
import { engineNamed } from "../../src/operations/engine.ts";
import { sweepRolling } from "../../src/operations/rolling-sample.ts";
import { scopeInForceNow } from "../../src/operations/scope-in-force.ts";
import { userName } from "../../src/platform/machine/index.ts";
import { systemClock as clock } from "../../src/platform/scheduling/index.ts";
import { openStore } from "../../src/platform/storage/index.ts";
import { loadOrCreateKey } from "../../src/record/evidence/index.ts";

const [directory = "", home = "", most = "0", databaseUrl] = process.argv.slice(2);
const store = await openStore({ home, databaseUrl });
const key = loadOrCreateKey(home);
const sweeps = createSweeps({ store, clock, key, engineNamed });
const file = join(directory, "portolan.yaml");
const scope = await scopeInForceNow({ store, clock, key, file, user: userName() });
let turns = 0;
let found: { kind: string; summary: string }[] = [];
while (found.length === 0 && turns < Number(most)) {
  turns += 1;
  const recorded = await sweepRolling({ store, clock, sweeps }, scope, {});
  found = (recorded?.opened ?? []).map(({ kind, summary }) => ({ kind, summary }));
}
process.stdout.write(JSON.stringify({ turns, found }));
await store.close();
