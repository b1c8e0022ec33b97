import type { Attempt } from "./attempts.ts";
import type { ProbeChannel } from "./drive.ts";
import type { LimitedHost } from "./engine.ts";

export interface UdpChannel extends ProbeChannel {
  /** Hosts that refused less than they had closed; complete once the transport is closed. */
  limited(): readonly LimitedHost[];
}

/** Probes TCP endpoints through one transport, UDP endpoints through another that is only created if there are any. */
export function withUdp(tcp: ProbeChannel, createUdp: () => UdpChannel): UdpChannel {
  let udp: UdpChannel | undefined;
  const isUdp = (attempt: Attempt): boolean => attempt.probe.endpoint.transport === "udp";
  return {
    begin: (attempt) => (isUdp(attempt) ? (udp ??= createUdp()) : tcp).begin(attempt),
    collect() {
      const collected = tcp.collect();
      return (udp?.collect() ?? true) && collected;
    },
    drop: (attempt) => (isUdp(attempt) ? (udp ?? tcp) : tcp).drop(attempt),
    ...(tcp.forget === undefined
      ? {}
      : { forget: (attempt: Attempt): void => void (isUdp(attempt) || tcp.forget?.(attempt)) }),
    room: () => (tcp.room?.() ?? true) && (udp?.room?.() ?? true),
    flush: () => tcp.flush?.(),
    close() {
      tcp.close();
      udp?.close();
    },
    limited: () => udp?.limited() ?? [],
  };
}
