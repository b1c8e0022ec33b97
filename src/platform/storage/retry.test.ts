import { expect, it } from "vitest";
import { retried } from "./retry.ts";

const failure = (code: string) => Object.assign(new Error(code), { code });
const noPause = async () => undefined;

function failing(times: number, code: string) {
  let calls = 0;
  return {
    calls: () => calls,
    async run() {
      calls += 1;
      if (calls <= times) throw failure(code);
      return "done";
    },
  };
}

it.each(["40001", "40P01"])("runs a transaction that ended in %s again, four times at most", async (code) => {
  const fourth = failing(4, code);
  expect(await retried(fourth.run, noPause)).toBe("done");
  const never = failing(99, code);
  await expect(retried(never.run, noPause)).rejects.toMatchObject({ code });
  expect([fourth.calls(), never.calls()]).toEqual([5, 5]);
});

it("does not repeat a transaction that failed for another reason", async () => {
  const unique = failing(1, "23505");
  await expect(retried(unique.run, noPause)).rejects.toMatchObject({ code: "23505" });
  expect(unique.calls()).toBe(1);
});
