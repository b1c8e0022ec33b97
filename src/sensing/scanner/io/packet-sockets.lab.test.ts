import { afterAll, beforeAll, expect, it } from "vitest";
import { describeLab } from "../../../../test/lab/index.ts";
import { packetFilter } from "../wire/packet-filter.ts";
import { loadPacketLibc, type PacketLibc } from "./packet-libc.ts";
import { openReceiveRing, openSendRing } from "./packet-rings.ts";
import { keptPacketSockets, openedPacketSockets, type PacketSockets } from "./packet-sockets.ts";

const LOOPBACK = 1;

describeLab("packet sockets that are kept", () => {
  let libc: PacketLibc;
  let opened: PacketSockets;
  let kept: PacketSockets;
  const descriptors: number[] = [];
  beforeAll(() => {
    libc = loadPacketLibc();
    opened = openedPacketSockets(libc);
    descriptors.push(opened.take(), opened.take());
    // 0 to 2 are never packet sockets.
    kept = keptPacketSockets(libc, [0, 1, 2, ...descriptors]);
  });
  afterAll(() => descriptors.forEach((fd) => opened.giveBack(fd)));

  it("serve scan after scan, in any role, and no more at a time than there are", () => {
    for (let scan = 0; scan < 3; scan++) {
      const receive = openReceiveRing(libc, kept, packetFilter(1, 2, 64));
      const send = openSendRing(libc, kept, LOOPBACK);
      expect(() => openSendRing(libc, kept, LOOPBACK)).toThrow("cannot open a packet socket");
      receive.close();
      // Given back in turn, so that each is used for what the other was.
      expect(openSendRing(libc, kept, LOOPBACK).close()).toBeUndefined();
      send.close();
    }
  });
});
