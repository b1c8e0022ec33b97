/**
 * For `baseline.ts`: sweeps a simulated network, then serves its record and sweeps nothing more. Arguments: the home, and the
 * URL of a database.
 */
import { createApp } from "../src/app.ts";
import { createSimulatedClock, createSimulatedNetwork, createWorld } from "../src/sensing/simulated/index.ts";
import { readToken, startServer } from "../src/server/index.ts";
import { network } from "./baseline-network.ts";

const [home = "", databaseUrl] = process.argv.slice(2);
const place = { directory: home, home, databaseUrl, identify: false };
const clock = createSimulatedClock(Date.now() - 3_600_000);
const simulated = createSimulatedNetwork(createWorld(network(), []), clock, { perSecond: 5_000 });
const sweeping = await createApp({ ...place, clock, simulated });
await sweeping.turns.target("network");
await sweeping.close();

const app = await createApp(place);
const server = await startServer({
  operations: app.operations,
  home,
  version: "1",
  port: 0,
  clock: { now: () => Date.now() },
  onUnexpected: (error) => console.error(error),
});
process.send?.({ url: server.url, token: await readToken(home) });
process.once("disconnect", () => {
  void server
    .stop()
    .then(() => app.close())
    .then(() => process.exit());
});
