import type { Change, ServerOperations } from "../../contract/index.ts";
import { eventOf, mayEndAccess, type LiveEvent } from "./live-event.ts";

/** One who listens. `send` is given the bytes of one or more whole events, the same ones for everybody. */
export interface Listener {
  send(bytes: Buffer): void;
  /** Whether it still may: asked when the log says that somebody lost a right, and each minute, as days end, too. */
  askAgain(): void;
  /** Nothing comes any more. */
  end(): void;
}

export interface Feed {
  /** Adds a listener, after what it missed since entry `after` (its Last-Event-ID), if it names one. */
  add(listener: Listener, after: number | undefined): Promise<() => void>;
  /** Tells everybody at once of what is in no log. */
  tell(event: LiveEvent): void;
  /** Something was recorded: look now, not at the next turn. */
  look(): void;
  readonly listeners: number;
  close(): void;
}

/** How often the log is looked at while somebody listens. Another process may write to it, too. */
const TURN = 500;
/** A comment this often keeps proxies from taking silence for death. */
const HEARTBEAT = 15_000;
const ASKED_AGAIN_EVERY = 60_000;
/** Entries read at once, and the most that somebody who comes back is told of. */
const BATCH = 500;
const MOST_MISSED = 10_000;

/**
 * The evidence log as it grows, told to all who listen: read once, written down once, the same bytes for everybody, so
 * that a thousand listeners cost what one does and a socket each. An event's id is the index of its entry, so whoever
 * comes back says where they were and is told the rest from the log itself.
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

  /** What came after entry `after`, and where that leaves off; told to one listener alone. */
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
      // What is told to everybody from here on waits until this one has heard what went before.
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
          // An id of another log, or of the future: this log has nothing to go on with.
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
