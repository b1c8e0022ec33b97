/** The result of the work, or busy: too much is already waiting. */
export type Admission<T> = { readonly kind: "done"; readonly value: T } | { readonly kind: "busy" };

export interface Slots {
  /** Runs `work` when there is room. Returns `busy` if too many from this address, or from all, are already waiting. */
  run<T>(address: string, work: () => Promise<T>): Promise<Admission<T>>;
}

/**
 * Runs processor-intensive work, a few pieces at a time. Waiting callers take turns by address: a flood from one
 * address delays the others by one piece of work, not by the whole flood.
 */
export function createSlots({
  atOnce,
  waiting,
  perAddress,
}: Readonly<Record<"atOnce" | "waiting" | "perAddress", number>>): Slots {
  const lines = new Map<string, (() => void)[]>();
  let running = 0;
  let inLine = 0;

  function next(): void {
    const first = lines.entries().next().value;
    if (first === undefined || running >= atOnce) return;
    const [address, line] = first;
    const begin = line.shift();
    lines.delete(address);
    if (line.length > 0) lines.set(address, line);
    inLine -= 1;
    running += 1;
    begin?.();
  }

  return {
    async run(address, work) {
      const line = lines.get(address) ?? [];
      if (running >= atOnce) {
        if (inLine >= waiting || line.length >= perAddress) return { kind: "busy" };
        const { promise, resolve } = Promise.withResolvers<void>();
        line.push(resolve);
        lines.set(address, line);
        inLine += 1;
        await promise;
      } else running += 1;
      try {
        return { kind: "done", value: await work() };
      } finally {
        running -= 1;
        next();
      }
    },
  };
}
