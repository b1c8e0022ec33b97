import { Socket } from "node:net";
import type { Attempt } from "../attempts.ts";
import { drive, type ProbeChannel } from "../drive.ts";
import type { Engine } from "../engine.ts";
import { OPEN, type ProbeOutcome, outcomeOfError, SELF_CONNECT, SILENT } from "../probe-outcome.ts";
import { type UdpChannel, withUdp } from "../with-udp.ts";
import type { DescriptorBudget } from "./descriptors.ts";
import { createSourceCheck } from "./source-address.ts";
import { createDgramChannel } from "./udp-dgram.ts";

/** node:net connects, and over loopback gets its answer, on the way back to the event loop: some 0.1 ms each. */
const BEGINS_AT_ONCE = 32;

/** Unprivileged TCP connect on node:net, and UDP on node:dgram: every platform that Node runs on, at about a third of epoll's speed. */
export function createPortableEngine(descriptors: () => DescriptorBudget): Engine {
  return {
    name: "connect-portable",
    async scan(request) {
      const { limit, free } = descriptors();
      let channel: UdpChannel | undefined;
      const report = await drive(request, {
        capacity: free,
        fdLimit: limit,
        beginsAtOnce: BEGINS_AT_ONCE,
        createChannel: (settle) => (channel = withUdp(createNetChannel(settle), () => createDgramChannel(settle))),
      });
      return { ...report, limited: channel?.limited() ?? [] };
    },
  };
}

export function createNetChannel(settle: (attempt: Attempt, outcome: ProbeOutcome) => void): ProbeChannel {
  const sockets = new Map<Attempt, Socket>();
  const hasSource = createSourceCheck();

  function finish(attempt: Attempt, outcome: ProbeOutcome): void {
    // A socket that was given up may still emit one event.
    if (sockets.delete(attempt)) settle(attempt, outcome);
  }

  async function outcomeOf(address: string, code: string): Promise<ProbeOutcome> {
    const isSourced = code !== "EADDRNOTAVAIL" || (await hasSource(address));
    // EACCES may come from this machine or from the network, which cannot be distinguished here; "at-once" claims less.
    return outcomeOfError(code, "at-once", () => isSourced);
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
      void outcomeOf(address, error.code ?? "EUNKNOWN").then((outcome) => finish(attempt, outcome));
    });
    socket.connect({ host: address, port });
  }

  function drop(attempt: Attempt): ProbeOutcome {
    const socket = sockets.get(attempt);
    sockets.delete(attempt);
    socket?.destroy();
    return SILENT;
  }

  return {
    begin,
    // node:net reports each outcome by itself.
    collect: () => true,
    drop,
    close() {
      for (const socket of sockets.values()) socket.destroy();
      sockets.clear();
    },
  };
}
