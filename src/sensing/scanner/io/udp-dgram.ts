import { randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import type { Attempt } from "../attempts.ts";
import {
  CLOSED,
  type ErrorMoment,
  OPEN,
  type ProbeOutcome,
  outcomeOfError,
  SELF_CONNECT,
  SILENT,
} from "../probe-outcome.ts";
import { createOwnPorts } from "../own-ports.ts";
import { payloadOf } from "../payload/by-port.ts";
import { RANDOM_BYTES } from "../payload/bytes.ts";
import { createRefusalLimits } from "../refusal-limits.ts";
import type { UdpChannel } from "../with-udp.ts";

/**
 * UDP on node:dgram, connected sockets throughout: every platform that Node runs on. A refusal is received where the
 * platform reports it to a connected socket (ECONNREFUSED, on Windows ECONNRESET), without its sender; ICMP errors that
 * such a socket does not receive count as silence.
 */
export function createDgramChannel(settle: (attempt: Attempt, outcome: ProbeOutcome) => void): UdpChannel {
  const limits = createRefusalLimits(settle);
  const ownPorts = createOwnPorts();
  const sockets = new Map<Attempt, Socket>();

  function shut(socket: Socket): void {
    try {
      ownPorts.closed(socket.address().port, performance.now());
    } catch {
      // It never got as far as having a port.
    }
    socket.close();
  }

  function begin(attempt: Attempt): ProbeOutcome | undefined {
    const { address, port } = attempt.probe.endpoint;
    let socket: Socket;
    try {
      socket = createSocket({ type: address.includes(":") ? "udp6" : "udp4" });
    } catch (error) {
      limits.ended(attempt);
      return outcomeOfUdpFailure(error, "at-once");
    }
    sockets.set(attempt, socket);
    const finish = (outcome: ProbeOutcome): void => {
      // A socket that was given up may still emit one event.
      if (sockets.get(attempt) !== socket) return;
      sockets.delete(attempt);
      shut(socket);
      if (outcome.kind === "state" && outcome.state === "closed") limits.refused(attempt, performance.now());
      else limits.ended(attempt);
      settle(attempt, outcome);
    };
    let local: string | undefined;
    let remote: string | undefined;
    socket.on("message", (_, from) => {
      // Between its binding and its connection it receives from everybody.
      if (local === undefined || from.port !== port || from.address !== remote) return;
      finish(local === remote && ownPorts.mayBeOurs(port, performance.now()) ? SELF_CONNECT : OPEN);
    });
    socket.once("listening", () => ownPorts.opened(socket.address().port));
    socket.on("error", (error) => finish(outcomeOfUdpFailure(error, "later")));
    socket.connect(port, address, (error?: Error) => {
      if (sockets.get(attempt) !== socket) return;
      if (error !== undefined && error !== null) return finish(outcomeOfUdpFailure(error, "at-once"));
      const end = socket.address();
      remote = socket.remoteAddress().address;
      local = end.address;
      if (end.port === port && local === remote) return finish(SELF_CONNECT);
      const { payloads } = payloadOf(port);
      const datagram = payloads[Math.max(0, attempt.tries - 1) % payloads.length]?.(randomBytes(RANDOM_BYTES));
      limits.begins(attempt, performance.now());
      socket.send(datagram ?? new Uint8Array(), (failure) => {
        if (failure !== null) finish(outcomeOfUdpFailure(failure, "at-once"));
      });
    });
    return undefined;
  }

  function forget(attempt: Attempt): boolean {
    const socket = sockets.get(attempt);
    sockets.delete(attempt);
    if (socket !== undefined) shut(socket);
    return socket !== undefined;
  }

  return {
    begin,
    // node:dgram reports each outcome by itself.
    collect: () => true,
    drop: (attempt) => (forget(attempt) ? limits.silent(attempt, performance.now()) : SILENT),
    close() {
      limits.close();
      for (const attempt of [...sockets.keys()]) forget(attempt);
    },
    limited: () => limits.limited(),
  };
}

/**
 * As {@link outcomeOfError}, save that no datagram resets a connection: there it is a port unreachable. EADDRNOTAVAIL is
 * never a want of ports here: node:dgram binds first, and that would have failed with EADDRINUSE.
 */
function outcomeOfUdpFailure(error: unknown, moment: ErrorMoment): ProbeOutcome {
  const code = (error as NodeJS.ErrnoException).code ?? "EUNKNOWN";
  return code === "ECONNRESET" ? CLOSED : outcomeOfError(code, moment, () => false);
}
