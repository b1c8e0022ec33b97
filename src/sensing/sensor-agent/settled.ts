import type { Duration } from "../../model/index.ts";
import { listenerKey, type Listener } from "../listeners/index.ts";

/** Linux's usual range for sockets that somebody opened without naming a port (ip(7), ip_local_port_range). */
const UNNAMED = { first: 32_768, last: 60_999 };
/** A client waits for its answers for a shorter time than this. */
const STANDS: Duration = 10_000;

/**
 * The listeners to report. A UDP socket on a port chosen by the system is usually a client that waits for a reply: a
 * resolver opens thousands in an hour. Such a socket is reported after it has existed for ten seconds.
 */
export function createSettled(): (listeners: readonly Listener[], elapsed: number) => readonly Listener[] {
  let first = new Map<string, number>();
  let last: readonly Listener[] | undefined;
  let answer: readonly Listener[] = [];
  let next = Infinity;
  return (listeners, elapsed) => {
    if (listeners === last && elapsed < next) return answer;
    last = listeners;
    next = Infinity;
    const seen = new Map<string, number>();
    answer = listeners.filter((each) => {
      if (each.transport !== "udp" || each.port < UNNAMED.first || each.port > UNNAMED.last) return true;
      const key = listenerKey(each);
      const since = first.get(key) ?? elapsed;
      seen.set(key, since);
      if (elapsed - since >= STANDS) return true;
      next = Math.min(next, since + STANDS);
      return false;
    });
    first = seen;
    return answer;
  };
}
