import type { Change, ServerOperations } from "../../contract/index.ts";
import { eventOf, mayEndAccess, type LiveEvent } from "./live-event.ts";

/** A connected client. `send` gets the bytes of one or more whole events, the same for every listener. */
export interface Listener {
  send(bytes: Buffer): void;
  /**
   * Checks the permission again: when the log records that somebody lost a right, and every minute, because roles
   * expire.
   */
  askAgain(): void;
  /** No more events will follow. */
  end(): void;
}

export interface Feed {
  /** Adds a listener, and first sends what it missed since entry `after` (its Last-Event-ID), if it names one. */
  add(listener: Listener, after: number | undefined): Promise<() => void>;
  /** Sends an event that is not in the log to every listener immediately. */
  tell(event: LiveEvent): void;
  /** Something was recorded: reads the log immediately instead of at the next turn. */
  look(): void;
  readonly listeners: number;
  close(): void;
}

/** Milliseconds between reads of the log while anybody listens. Another process may write to it, too. */
const TURN = 500;
/** A comment at this interval keeps proxies from closing a silent connection. */
const HEARTBEAT = 15_000;
const ASKED_AGAIN_EVERY = 60_000;
/** Entries per read, and the most that a returning listener receives. */
const BATCH = 500;
const MOST_MISSED = 10_000;

/**
 * Sends the growing evidence log to all listeners. Each entry is read and serialized once, with the same bytes for
 * every listener, so a thousand listeners cost as much as one, plus a socket each. An event's id is the index of its
 * entry. A returning listener names its last id and gets the rest from the log itself.
 */
export function createFeed(deps: {
  readonly changes: ServerOperations["changes"];
  readonly onUnexpected: (error: unknown) => void;
}): Feed {
  const listeners = new Set<Listener>();
  let next: number | undefined;
  let turn: Promise<void> | undefined;
  let again = false;
  let timer: NodeJS.Timeout | undefined;
  let heartbeat: NodeJS.Timeout | undefined;
  let asking: NodeJS.Timeout | undefined;

  const sendAll = (bytes: Buffer): void => {
    for (const listener of listeners) listener.send(bytes);
  };
  const askAll = (): void => {
    for (const listener of listeners) listener.askAgain();
  };

  async function readOn(): Promise<void> {
    next ??= (await deps.changes({ limit: 0 })).size;
    for (;;) {
      const { changes } = await deps.changes({ from: next, limit: BATCH });
      const last = changes.at(-1);
      if (last === undefined) return;
      next = last.index + 1;
      if (changes.some(({ type }) => mayEndAccess(type))) askAll();
      const text = textOf(changes);
      if (text !== "") sendAll(Buffer.from(text));
    }
  }

  function look(): void {
    if (listeners.size === 0) return;
    if (turn !== undefined) {
      again = true;
      return;
    }
    turn = readOn()
      .catch(deps.onUnexpected)
      .finally(() => {
        turn = undefined;
        if (!again) return;
        again = false;
        look();
      });
  }

  function stopTimers(): void {
    clearInterval(timer);
    clearInterval(heartbeat);
    clearInterval(asking);
    timer = heartbeat = asking = next = undefined;
  }

  /** Sends the entries after `after` and before `until` to one listener only. */
  async function catchUp(listener: Listener, after: number, until: number): Promise<void> {
    let from = after + 1;
    if (until - from > MOST_MISSED) {
      listener.send(Buffer.from(eventOf({ event: "missed", data: { from, to: until - MOST_MISSED - 1 } })));
      from = until - MOST_MISSED;
    }
    while (from < until) {
      const { changes } = await deps.changes({ from, limit: Math.min(BATCH, until - from) });
      const last = changes.at(-1);
      if (last === undefined) return;
      from = last.index + 1;
      const text = textOf(changes);
      if (text !== "") listener.send(Buffer.from(text));
    }
  }

  return {
    get listeners() {
      return listeners.size;
    },
    async add(listener, after) {
      timer ??= setInterval(look, TURN);
      heartbeat ??= setInterval(() => sendAll(Buffer.from(":\n\n")), HEARTBEAT);
      asking ??= setInterval(askAll, ASKED_AGAIN_EVERY);
      await turn;
      next ??= (await deps.changes({ limit: 0 })).size;
      // New events wait until this listener has received the earlier ones.
      const held: Buffer[] = [];
      let ready = after === undefined;
      const entered: Listener = {
        send: (bytes) => (ready ? listener.send(bytes) : void held.push(bytes)),
        askAgain: () => listener.askAgain(),
        end: () => listener.end(),
      };
      listeners.add(entered);
      const until = next;
      if (after !== undefined) {
        if (after >= until) {
          // An id of another log, or of the future: this log cannot resume there.
          listener.send(Buffer.from(eventOf({ event: "missed", data: { from: 0, to: Math.max(0, until - 1) } })));
        } else await catchUp(listener, after, until);
        for (const bytes of held) listener.send(bytes);
        ready = true;
      }
      return () => {
        listeners.delete(entered);
        if (listeners.size === 0) stopTimers();
      };
    },
    tell: (event) => sendAll(Buffer.from(eventOf(event))),
    look,
    close() {
      stopTimers();
      for (const listener of listeners) listener.end();
      listeners.clear();
    },
  };
}

function textOf(changes: readonly Change[]): string {
  return changes.map((change) => eventOf({ event: change.type, id: change.index, body: change.body })).join("");
}
