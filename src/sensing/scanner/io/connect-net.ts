import { Socket } from "node:net";
import type { Attempt } from "../attempts.ts";
import { drive, type Transport } from "../drive.ts";
import type { Engine } from "../engine.ts";
import { OPEN, type Outcome, outcomeOfError, SELF_CONNECT, SILENT } from "../outcome.ts";
import { type UdpTransport, withUdp } from "../with-udp.ts";
import type { DescriptorBudget } from "./descriptors.ts";
import { createDgramTransport } from "./udp-dgram.ts";

/** node:net connects, and over loopback gets its answer, on the way back to the event loop: some 0.1 ms each. */
const BEGINS_AT_ONCE = 32;

/** Unprivileged TCP connect on node:net, and UDP on node:dgram: every platform that Node runs on, at about a third of epoll's speed. */
export function createPortableEngine(descriptors: () => DescriptorBudget): Engine {
  return {
    name: "connect-portable",
    async scan(request) {
      const { limit, free } = descriptors();
      let transport: UdpTransport | undefined;
      const report = await drive(request, {
        capacity: free,
        fdLimit: limit,
        beginsAtOnce: BEGINS_AT_ONCE,
        createTransport: (settle) =>
          (transport = withUdp(createNetTransport(settle), () => createDgramTransport(settle))),
      });
      return { ...report, limited: transport?.limited() ?? [] };
    },
  };
}

export function createNetTransport(settle: (attempt: Attempt, outcome: Outcome) => void): Transport {
  const sockets = new Map<Attempt, Socket>();

  function finish(attempt: Attempt, outcome: Outcome): void {
    // A socket that was given up may still speak once.
    if (sockets.delete(attempt)) settle(attempt, outcome);
  }

  function begin(attempt: Attempt): undefined {
    const { address, port } = attempt.probe.endpoint;
    const socket = new Socket();
    sockets.set(attempt, socket);
    socket.once("connect", () => {
      const metItself = socket.localPort === port && socket.localAddress === socket.remoteAddress;
      // FIN, not RST: a reset is an error that ends servers which expect none.
      socket.destroy();
      finish(attempt, metItself ? SELF_CONNECT : OPEN);
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      socket.destroy();
      // Whether EACCES came from this machine or the network cannot be told here; "at-once" claims less.
      finish(attempt, outcomeOfError(error.code ?? "EUNKNOWN", "at-once"));
    });
    socket.connect({ host: address, port });
  }

  function drop(attempt: Attempt): Outcome {
    const socket = sockets.get(attempt);
    sockets.delete(attempt);
    socket?.destroy();
    return SILENT;
  }

  return {
    begin,
    // node:net tells each outcome by itself.
    collect: () => true,
    drop,
    close() {
      for (const socket of sockets.values()) socket.destroy();
      sockets.clear();
    },
  };
}
