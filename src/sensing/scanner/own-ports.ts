/** Source ports of a transport's own UDP sockets. */
export interface OwnPorts {
  opened(port: number): void;
  closed(port: number, now: number): void;
  /** Whether a datagram from that port of this machine may have been a probe of the transport's own. */
  mayBeOurs(port: number, now: number): boolean;
}

/** A datagram sent before its socket was closed is read by then. */
const REMEMBERED_MS = 1_000;

/**
 * Two probes of this machine's own addresses can be given the ports that they ask of each other; then each mistakes the
 * other's request for a reply, although no service runs there.
 */
export function createOwnPorts(): OwnPorts {
  const until = new Map<number, number>();
  return {
    opened: (port) => void until.set(port, Number.POSITIVE_INFINITY),
    closed: (port, now) => void until.set(port, now + REMEMBERED_MS),
    mayBeOurs: (port, now) => (until.get(port) ?? Number.NEGATIVE_INFINITY) > now,
  };
}
