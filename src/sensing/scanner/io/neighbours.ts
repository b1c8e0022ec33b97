import type { NeighbourAnswer } from "../wire/neighbour.ts";

/** Hardware addresses of next hops, resolved where the kernel does not know them. */
export interface Neighbours {
  /** Its hardware address; undefined while it is being resolved, and "absent" once it did not answer. */
  find(link: number, address: Uint8Array): Uint8Array | "absent" | undefined;
  /** `settled` is called once, when {@link find} would answer. */
  whenSettled(link: number, address: Uint8Array, settled: () => void): void;
  heard(link: number, answer: NeighbourAnswer): void;
  close(): void;
}

interface Neighbour {
  hardware?: Uint8Array | undefined;
  absent: boolean;
  /** Expiry of the known address; times are those of `performance.now()`. */
  until: number;
  asked: number;
  timer?: NodeJS.Timeout | undefined;
  waiting: (() => void)[];
}

/** As the kernel does (arp(7), mcast_solicit), in half its time. */
const ASKED_MOST = 3;
const ASK_EVERY_MS = 500;
const KNOWN_FOR_MS = 30_000;
const ABSENT_FOR_MS = 5_000;
/** Entries kept before all are forgotten and resolved again. */
const NEIGHBOURS_MOST = 131_072;

export function createNeighbours(deps: {
  known(link: number, address: Uint8Array): Uint8Array | undefined;
  ask(link: number, address: Uint8Array): void;
}): Neighbours {
  const all = new Map<string, Neighbour>();

  const keyOf = (link: number, address: Uint8Array): string => `${link} ${address.join(".")}`;

  function settle(neighbour: Neighbour): void {
    clearTimeout(neighbour.timer);
    neighbour.timer = undefined;
    neighbour.asked = 0;
    for (const settled of neighbour.waiting.splice(0)) settled();
  }

  function askAgain(neighbour: Neighbour, link: number, address: Uint8Array): void {
    if (neighbour.asked >= ASKED_MOST) {
      neighbour.absent = true;
      neighbour.hardware = undefined;
      neighbour.until = performance.now() + ABSENT_FOR_MS;
      settle(neighbour);
      return;
    }
    neighbour.asked++;
    deps.ask(link, address);
    neighbour.timer = setTimeout(askAgain, ASK_EVERY_MS, neighbour, link, address);
  }

  function neighbourAt(link: number, address: Uint8Array): Neighbour {
    const key = keyOf(link, address);
    let neighbour = all.get(key);
    if (neighbour === undefined) {
      if (all.size >= NEIGHBOURS_MOST) for (const [old, { timer }] of all) if (timer === undefined) all.delete(old);
      neighbour = { absent: false, until: Number.NEGATIVE_INFINITY, asked: 0, waiting: [] };
      all.set(key, neighbour);
    }
    return neighbour;
  }

  return {
    find(link, address) {
      const neighbour = neighbourAt(link, address);
      if (performance.now() > neighbour.until && neighbour.timer === undefined) {
        const hardware = deps.known(link, address);
        if (hardware === undefined) askAgain(neighbour, link, address);
        else {
          neighbour.hardware = hardware;
          neighbour.absent = false;
          neighbour.until = performance.now() + KNOWN_FOR_MS;
        }
      }
      // While it is being resolved again, its last answer is good enough.
      return neighbour.hardware ?? (neighbour.absent ? "absent" : undefined);
    },
    whenSettled(link, address, settled) {
      neighbourAt(link, address).waiting.push(settled);
    },
    heard(link, { address, hardware }) {
      const neighbour = all.get(keyOf(link, address));
      // Only a reply to our own query counts; unsolicited messages change nothing.
      if (neighbour?.timer === undefined) return;
      neighbour.hardware = hardware;
      neighbour.absent = false;
      neighbour.until = performance.now() + KNOWN_FOR_MS;
      settle(neighbour);
    },
    close() {
      for (const { timer } of all.values()) clearTimeout(timer);
      all.clear();
    },
  };
}
