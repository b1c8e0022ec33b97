import { drive } from "../drive.ts";
import type { Engine } from "../engine.ts";
import { type UdpChannel, withUdp } from "../with-udp.ts";
import type { DescriptorBudget } from "./descriptors.ts";
import type { PacketLibc } from "./packet-libc.ts";
import type { PacketSockets } from "./packet-sockets.ts";
import { createSynChannel, type SynChannel } from "./syn-channel.ts";
import { createUdpEpollChannel } from "./udp-epoll.ts";
import { loadUdpLibc } from "./udp-libc.ts";

/** No socket is held for a probe, so this is a matter of memory alone: some hundred bytes each. */
const UNDER_WAY_MOST = 262_144;

/**
 * TCP SYN from AF_PACKET rings, on Linux with CAP_NET_RAW. This machine's own addresses, and what is not behind an
 * Ethernet, it hands to the connect engine; UDP goes out of sockets too. `concurrency` bounds those alone, half each.
 */
export function createSynEngine(
  libc: PacketLibc,
  packetSockets: PacketSockets,
  descriptors: () => DescriptorBudget,
): Engine {
  return {
    name: "syn",
    async scan(request) {
      const { limit, free } = descriptors();
      let syn: SynChannel | undefined;
      let channel: UdpChannel | undefined;
      const sockets = Math.max(2, Math.min(free, request.concurrency));
      const report = await drive(
        { ...request, concurrency: UNDER_WAY_MOST },
        {
          capacity: UNDER_WAY_MOST,
          localCapacity: sockets >> 1,
          fdLimit: limit,
          createChannel(settle) {
            syn = createSynChannel(libc, packetSockets, settle);
            return (channel = withUdp(syn, () => createUdpEpollChannel(loadUdpLibc(), sockets >> 1, settle)));
          },
        },
      );
      return { ...report, dropped: syn?.dropped() ?? 0, limited: channel?.limited() ?? [] };
    },
  };
}
