import fc from "fast-check";
import { expect, it } from "vitest";
import type { Attempt } from "./attempts.ts";
import { createDeadlines } from "./deadlines.ts";

it("hands out what is past its deadline, all of it and nothing else, like a sorted list would", () => {
  const steps = fc.array(
    fc.record({ wait: fc.nat(200), timeout: fc.constantFrom(300, 400, 950), answered: fc.option(fc.nat(20)) }),
  );
  fc.assert(
    fc.property(steps, (taken) => {
      const deadlines = createDeadlines();
      let model: { attempt: Attempt; deadline: number }[] = [];
      let now = 0;
      for (const { wait, timeout, answered } of taken) {
        const attempt = {} as Attempt;
        deadlines.add(attempt, now, timeout);
        model.push({ attempt, deadline: now + timeout });
        const gone = answered === null ? undefined : model[answered];
        if (gone !== undefined) {
          expect(deadlines.delete(gone.attempt)).toBe(true);
          expect(deadlines.delete(gone.attempt)).toBe(false);
          model = model.filter((each) => each !== gone);
        }
        now += wait;
        expect(deadlines.first()).toBe(Math.min(Number.POSITIVE_INFINITY, ...model.map(({ deadline }) => deadline)));
        const expired = new Set<Attempt>();
        for (let each = deadlines.expired(now); each !== undefined; each = deadlines.expired(now)) expired.add(each);
        expect(expired).toEqual(new Set(model.filter(({ deadline }) => deadline <= now).map((each) => each.attempt)));
        model = model.filter(({ deadline }) => deadline > now);
        expect(deadlines.size).toBe(model.length);
      }
    }),
  );
});
