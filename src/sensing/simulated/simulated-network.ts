import type { Endpoint } from "../../model/index.ts";
import type { Engine } from "../scanner/index.ts";
import type { IdentifyEach } from "../services/index.ts";
import type { SimulatedClock } from "./simulated-clock.ts";
import type { World } from "./world.ts";

/** The parts that touch a network, answered by a world in memory. Nothing is sent. */
export interface SimulatedNetwork {
  readonly engine: Engine;
  identify(endpoints: readonly Endpoint[], request: IdentifyEach): Promise<void>;
}

/** Probes take their time: the clock has moved on by `perSecond` when a scan ends. Identifying takes none. */
export function createSimulatedNetwork(
  world: World,
  clock: SimulatedClock,
  { perSecond = 1_000 }: { readonly perSecond?: number } = {},
): SimulatedNetwork {
  return {
    engine: {
      name: "simulated",
      scan({ probes, onResult, signal }) {
        const began = clock.now();
        let sent = 0;
        for (let next = probes.next(); next.done !== true && signal?.aborted !== true; next = probes.next()) {
          const { index, endpoint } = next.value;
          const at = began + Math.floor((sent * 1_000) / perSecond);
          onResult({ index, endpoint, state: world.stateOf(endpoint, at), at });
          sent += 1;
        }
        clock.moveTo(began + Math.ceil((sent * 1_000) / perSecond));
        const nothing = { retried: 0, forgotten: 0, selfConnects: 0, fdLimit: 0, errors: {} };
        return Promise.resolve({ sent, ...nothing, loss: 0, networks: [], doubtful: [] });
      },
    },
    identify(endpoints, { onResult }) {
      for (const endpoint of endpoints) {
        const identity = world.serviceOf(endpoint, clock.now());
        onResult(
          endpoint,
          identity === undefined
            ? { kind: "unidentified", why: "silent", evidence: "" }
            : { kind: "identified", identity },
        );
      }
      return Promise.resolve();
    },
  };
}
