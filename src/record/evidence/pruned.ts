import { parseInstant, type EntryData, type Instant } from "../../model/index.ts";
import { addressSet, type AddressSet } from "../../scope/index.ts";
import type { Recorded, Span } from "./bindings.ts";

/** A legal hold as it stood when something was pruned. */
export interface Held {
  readonly from: Instant;
  /** Infinity: until it is lifted. */
  readonly to: Instant;
  /** Absent: of every address. */
  readonly addresses?: AddressSet | undefined;
}

/** One entry that states a pruning, as far as rows are compared with it. */
export interface Pruned {
  readonly entry: number;
  readonly kind: string;
  readonly until: Instant;
  /** Nothing that had to go was left. */
  readonly complete: boolean;
  readonly held: readonly Held[];
}

export function prunedBy({ index, data }: Recorded<"rows-pruned">): Pruned {
  const { kind, until, complete, held } = data;
  return { entry: index, kind, until: parseInstant(until) ?? -Infinity, complete, held: held.map(heldIn) };
}

export function heldIn({ from, to, addresses }: EntryData["rows-pruned"]["held"][number]): Held {
  return {
    from: parseInstant(from) ?? -Infinity,
    to: to === null ? Infinity : (parseInstant(to) ?? Infinity),
    ...(addresses === null ? {} : { addresses: addressSet(addresses.map(([first, last]) => ({ first, last }))) }),
  };
}

/** Whether a hold keeps a row. One about everything is kept by every hold of its time. */
export function isHeld({ from, until, address }: Span, holds: readonly Held[]): boolean {
  return holds.some(
    (hold) =>
      until > hold.from &&
      from <= hold.to &&
      (address === undefined || hold.addresses === undefined || hold.addresses.has(address)),
  );
}

/** The pruning after an entry that a row of this time had to fall to; `from`: only those that were completed. */
export function fellTo(
  span: Span,
  stated: number,
  prunings: readonly Pruned[],
  which: "any" | "complete",
): Pruned | undefined {
  return prunings.find(
    ({ entry, until, complete, held }) =>
      entry > stated && span.until <= until && (which === "any" || complete) && !isHeld(span, held),
  );
}
