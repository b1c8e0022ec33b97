import { drive } from "../drive.ts";
import type { Engine } from "../engine.ts";
import type { DescriptorBudget } from "./descriptors.ts";
import type { PacketLibc } from "./packet-libc.ts";
import type { PacketSockets } from "./packet-sockets.ts";
import { createSynTransport, type SynTransport } from "./syn-transport.ts";

/** No socket is held for a probe, so this is a matter of memory alone: some hundred bytes each. */
const UNDER_WAY_MOST = 262_144;

/**
 * TCP SYN from AF_PACKET rings, on Linux with CAP_NET_RAW. This machine's own addresses, and what is not behind an
 * Ethernet, it hands to the connect engine; `concurrency` bounds those alone.
 */
export function createSynEngine(libc: PacketLibc, sockets: PacketSockets, descriptors: () => DescriptorBudget): Engine {
  return {
    name: "syn",
    async scan(request) {
      const { limit, free } = descriptors();
      let transport: SynTransport | undefined;
      const report = await drive(
        { ...request, concurrency: UNDER_WAY_MOST },
        {
          capacity: UNDER_WAY_MOST,
          localCapacity: Math.max(1, Math.min(free, request.concurrency)),
          fdLimit: limit,
          createTransport: (settle) => (transport = createSynTransport(libc, sockets, settle)),
        },
      );
      return { ...report, dropped: transport?.dropped() ?? 0 };
    },
  };
}
