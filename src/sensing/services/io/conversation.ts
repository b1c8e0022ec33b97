import type { Duplex } from "node:stream";
import type { Duration } from "../../../model/index.ts";

/** Most bytes of one reply that are kept; a peer that sends more is cut off. */
const LONGEST_REPLY = 65_536;
/** Replies that arrive in many pieces are parsed again only after they grew by a quarter. */
const FREE_READINGS = 32;

/** One connection: the bytes received since the last request, bounded in size and in time. */
export interface Conversation {
  /** Discards the bytes received so far and sends a request. */
  ask(question: Uint8Array): void;
  /**
   * Calls `read` with the received bytes as they grow, until it returns a result; for the last time, with `last`, at
   * the end of the stream, at the bound, after `wait` milliseconds, or on abort.
   */
  hear<T>(wait: Duration, read: (reply: Uint8Array, last: boolean) => T | undefined): Promise<T | undefined>;
  /** The bytes received since the last request. */
  readonly said: Uint8Array;
  readonly ended: boolean;
  close(): void;
}

export function converse(stream: Duplex, signal: AbortSignal): Conversation {
  let reply = Buffer.alloc(0);
  let ended = false;
  let changed: () => void = () => undefined;

  const end = (): void => {
    ended = true;
    changed();
  };
  stream.on("data", (chunk: Buffer) => {
    const room = LONGEST_REPLY - reply.length;
    reply = Buffer.concat([reply, chunk.subarray(0, room)]);
    if (chunk.length >= room) stream.pause();
    changed();
  });
  stream.on("end", end);
  stream.on("close", end);
  stream.on("error", end);
  signal.addEventListener("abort", end, { once: true });

  return {
    get said() {
      return reply;
    },
    get ended() {
      return ended;
    },
    ask(question) {
      reply = Buffer.alloc(0);
      if (stream.isPaused()) stream.resume();
      if (!ended) stream.write(question);
    },
    hear(wait, read) {
      return new Promise((resolve, reject) => {
        let readings = 0;
        let readLength = -1;
        const finish = (act: () => void): void => {
          clearTimeout(timer);
          changed = () => undefined;
          act();
        };
        const look = (last: boolean): void => {
          if (!last && reply.length < (readings < FREE_READINGS ? readLength + 1 : readLength * 1.25)) return;
          readings += 1;
          readLength = reply.length;
          try {
            const answer = read(reply, last);
            if (answer !== undefined || last) finish(() => resolve(answer));
          } catch (error) {
            finish(() => reject(error instanceof Error ? error : new Error(String(error))));
          }
        };
        changed = () => look(ended || reply.length >= LONGEST_REPLY);
        const timer = setTimeout(() => look(true), wait);
        if (reply.length > 0 || ended) changed();
      });
    },
    close() {
      signal.removeEventListener("abort", end);
      stream.on("error", () => undefined);
      stream.destroy();
      reply = Buffer.alloc(0);
    },
  };
}
