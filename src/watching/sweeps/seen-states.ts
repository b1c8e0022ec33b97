import type { Instant, AuthorizedPort } from "../../model/index.ts";
import type { Plan } from "../../sensing/scanner/index.ts";
import type { Chunk } from "./journal.ts";

/** The states that a sweep saw, whatever the order in which it probed. */
export interface SeenStates {
  /** The endpoints. */
  readonly blocks: string;
  /** One byte for each, in the order of the blocks. */
  readonly states: Uint8Array;
}

/** Undefined if anything of the plan was not probed. */
export function seenStates(plan: Plan, chunk: Chunk): SeenStates | undefined {
  if (chunk.firstIndex !== 0 || chunk.nextIndex !== plan.size || chunk.states.includes(0)) return undefined;
  const states = new Uint8Array(plan.size);
  for (let index = 0; index < plan.size; index += 1) states[plan.place(index)] = chunk.states[index] ?? 0;
  return { blocks: plan.endpoints, states };
}

export function sawTheSame(a: SeenStates, b: SeenStates): boolean {
  return a.blocks === b.blocks && Buffer.compare(a.states, b.states) === 0;
}

const HOUR = 3_600_000;

/**
 * Until when the same states of the same record mean the same: services come due, and certificates and products end,
 * with the hour; an authorization ends at any time.
 */
export function meansTheSameUntil(now: Instant, authorizedPorts: readonly AuthorizedPort[] = []): Instant {
  const nextHour = (Math.floor(now / HOUR) + 1) * HOUR;
  return authorizedPorts.reduce(
    (earliest, { expires }) => (expires !== undefined && expires > now ? Math.min(earliest, expires) : earliest),
    nextHour,
  );
}
