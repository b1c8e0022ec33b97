import { randomBytes } from "node:crypto";
import type { Attempt } from "../attempts.ts";
import type { ProbeChannel } from "../drive.ts";
import { GO, type ProbeOutcome, SILENT, WAITS } from "../probe-outcome.ts";
import { read32 } from "../wire/frame.ts";
import { createKeyedHash, emptyHashState, type HashState } from "../wire/keyed-hash.ts";
import { readNeighbour } from "../wire/neighbour.ts";
import { packetFilter } from "../wire/packet-filter.ts";
import { emptyReply, readReply } from "../wire/reply.ts";
import { createEpollChannel } from "./connect-epoll.ts";
import { openRouting } from "./netlink-socket.ts";
import type { PacketLibc } from "./packet-libc.ts";
import type { PacketSockets } from "./packet-sockets.ts";
import { openReceiveRing, openSendRing } from "./packet-rings.ts";
import { createPaths, type Path } from "./paths.ts";
import { openSendLanes } from "./send-lanes.ts";
import { reserveSourcePorts } from "./source-ports.ts";

/** More than a receive frame holds: the whole of it is kept. */
const CAPTURED = 256;

export interface SynChannel extends ProbeChannel {
  /** Frames that the kernel found no room for; complete once the transport is closed. */
  dropped(): number;
}

/**
 * Sends SYNs and reads the replies, without a socket for any of them. The sequence number is a keyed hash of both ends,
 * and no table is needed: only a host that received the SYN can acknowledge it.
 */
export function createSynChannel(
  libc: PacketLibc,
  sockets: PacketSockets,
  settle: (attempt: Attempt, outcome: ProbeOutcome) => void,
): SynChannel {
  const hash = createKeyedHash(randomBytes(8));
  /** Own address and the probed one, in words; written over and over. */
  const ends = new Int32Array(8);
  const closing: (() => void)[] = [];
  const closed = <T extends object>(opened: T, close: () => void): T => {
    closing.unshift(close);
    return opened;
  };
  function closeAll(): void {
    for (const close of closing.splice(0)) close();
  }

  /** Reads an address into `ends` from word `from` on; where the next begins. */
  function readWords(bytes: Uint8Array, at: number, length: number, from: number): number {
    for (let i = 0; i < length; i += 4) ends[from + i / 4] = read32(bytes, at + i);
    return from + length / 4;
  }

  try {
    return open();
  } catch (cause) {
    closeAll();
    throw cause;
  }

  function open(): SynChannel {
    const ports = reserveSourcePorts(libc);
    closed(ports, ports.release);
    const received = openReceiveRing(libc, sockets, packetFilter(ports.first, ports.first + ports.count - 1, CAPTURED));
    closed(received, received.close);
    const routing = openRouting(libc);
    closed(routing, routing.close);
    const paths = createPaths({
      routing,
      openRing: (link) => openSendLanes(() => openSendRing(libc, sockets, link)),
      hashOf: (source, destination) =>
        hash.begin(ends, readWords(destination, 0, destination.length, readWords(source, 0, source.length, 0))),
    });
    closed(paths, paths.close);
    const connect = createEpollChannel(libc, settle);
    closed(connect, connect.close);

    const underWay = new Map<number, Attempt>();
    const byConnect = new Set<Attempt>();
    const reply = emptyReply();
    const replied = emptyHashState();
    let dropped = 0;
    let isOpen = true;
    const poll = libc.whenReadable(received.fd, collectReplies);
    closed(poll, () => poll.stop());

    /** The same for every try of an endpoint, so that a late answer to the first serves the second. */
    function sequenceOf(state: HashState, sourcePort: number, port: number): number {
      return hash.finish(state, (sourcePort << 16) | port);
    }

    function begin(attempt: Attempt): ProbeOutcome | undefined {
      const path = paths.to(attempt.probe.endpoint.address);
      switch (path.kind) {
        case "ready":
          return send(attempt, path);
        case "known":
          return path.outcome;
        case "resolving":
          path.whenSettled(() => settle(attempt, GO));
          return WAITS;
        case "by-connect": {
          const outcome = connect.begin(attempt);
          if (outcome === undefined) byConnect.add(attempt);
          return outcome;
        }
      }
    }

    function send(
      attempt: Attempt,
      { ring, template, hash: state }: Path & { kind: "ready" },
    ): ProbeOutcome | undefined {
      const { port } = attempt.probe.endpoint;
      const failure = ring.failure();
      if (failure !== undefined) return { kind: "shortage", code: failure };
      for (let i = 0; i < ports.count; i++) {
        const sourcePort = ports.first + ((port + i) % ports.count);
        const sequence = sequenceOf(state, sourcePort, port);
        // Two endpoints with the same hash are told apart by another source port. An endpoint meets its own hash on a
        // retry.
        const holder = underWay.get(sequence);
        if (holder !== undefined && holder !== attempt) continue;
        underWay.set(sequence, attempt);
        ring.syn(template, sourcePort, port, sequence);
        return undefined;
      }
      return { kind: "shortage", code: "EADDRNOTAVAIL" };
    }

    function take(bytes: Uint8Array, at: number, end: number, link: number): void {
      if (!isOpen) return;
      if (!readReply(bytes, at, end, reply)) {
        const neighbour = readNeighbour(bytes, at, end);
        if (neighbour !== undefined) paths.neighbours.heard(link, neighbour);
        return;
      }
      const attempt = underWay.get(reply.sequence);
      if (attempt?.probe.endpoint.port !== reply.port) return;
      const { ownAt, peerAt, addressLength, sourcePort, port } = reply;
      const count = readWords(bytes, peerAt, addressLength, readWords(bytes, ownAt, addressLength, 0));
      if (sequenceOf(hash.begin(ends, count, replied), sourcePort, port) !== reply.sequence) return;
      underWay.delete(reply.sequence);
      settle(attempt, reply.outcome);
    }

    function collectReplies(): boolean {
      return !isOpen || received.read(take);
    }

    function drop(attempt: Attempt): ProbeOutcome {
      return byConnect.delete(attempt) ? connect.drop(attempt) : SILENT;
    }

    function forget(attempt: Attempt): void {
      const { address, port } = attempt.probe.endpoint;
      const path = paths.to(address);
      if (path.kind !== "ready") return;
      const state = path.hash;
      for (let i = 0; i < ports.count; i++) {
        const sequence = sequenceOf(state, ports.first + ((port + i) % ports.count), port);
        if (underWay.get(sequence) === attempt) {
          underWay.delete(sequence);
          return;
        }
      }
    }

    return {
      begin,
      collect: () => connect.collect() && collectReplies(),
      drop,
      forget,
      room() {
        for (const ring of paths.rings.values()) if (!ring.room()) return false;
        return true;
      },
      flush() {
        for (const ring of paths.rings.values()) ring.flush();
      },
      dropped: () => dropped,
      close() {
        isOpen = false;
        dropped += received.dropped();
        closeAll();
        underWay.clear();
        byConnect.clear();
      },
    };
  }
}
