import { stateCode, type EndpointState, type Instant } from "../../model/index.ts";

/** A stretch of the plan with its states, as the sweep journal stores it: one byte per index, 0 for not scanned. */
export interface Chunk {
  readonly firstIndex: number;
  readonly nextIndex: number;
  readonly states: Uint8Array;
  readonly probedFrom: Instant;
  readonly probedTo: Instant;
  readonly openAt: readonly (readonly [index: number, at: Instant])[];
}

export interface Result {
  readonly index: number;
  readonly state: Exclude<EndpointState, "not-scanned">;
  readonly at: Instant;
}

export interface Journal {
  add(result: Result): void;
  /**
   * The results in hand that continue, without a hole, what was taken before; undefined when there are none. With
   * `all`, everything in hand: endpoints without a result become `not-scanned`.
   */
  take(all?: boolean): Chunk | undefined;
  /**
   * Second results for endpoints that were already taken: they replace the state in the chunk, and no chunk holds them.
   */
  readonly late: readonly Result[];
  /** Endpoints with a result so far. */
  readonly received: number;
  /** Of those, open. */
  readonly open: number;
}

/**
 * Turns results that arrive in any order into chunks in plan order. Silence is decided only after a retry, so a few
 * results come seconds after their neighbours. They hold the chunk back, and the results after them wait in memory.
 */
export function createJournal(firstIndex: number): Journal {
  let front = firstIndex;
  let highest = firstIndex - 1;
  let received = 0;
  let open = 0;
  const waiting = new Map<number, Result>();
  const late: Result[] = [];

  return {
    late,
    get received() {
      return received;
    },
    get open() {
      return open;
    },

    add(result) {
      if (result.state === "open") open += 1;
      if (result.index < front) return void late.push(result);
      if (!waiting.has(result.index)) received += 1;
      waiting.set(result.index, result);
      if (result.index > highest) highest = result.index;
    },

    take(all = false) {
      let next = front;
      if (all) next = highest + 1;
      else while (waiting.has(next)) next += 1;
      if (next <= front) return undefined;

      const states = new Uint8Array(next - front);
      const openAt: [number, Instant][] = [];
      let probedFrom = Number.POSITIVE_INFINITY;
      let probedTo = Number.NEGATIVE_INFINITY;
      for (let index = front; index < next; index += 1) {
        const result = waiting.get(index);
        if (result === undefined) continue;
        waiting.delete(index);
        states[index - front] = stateCode(result.state);
        if (result.state === "open") openAt.push([index, result.at]);
        probedFrom = Math.min(probedFrom, result.at);
        probedTo = Math.max(probedTo, result.at);
      }
      const chunk = { firstIndex: front, nextIndex: next, states, probedFrom, probedTo, openAt };
      front = next;
      return chunk;
    },
  };
}
