import { networkInterfaces } from "node:os";
import { expect, it } from "vitest";
import { Fault } from "./fault.ts";
import { despiteShortage, shortageOf } from "./shortage.ts";

const systemError = (code: string) => Object.assign(new Error("A system error occurred"), { info: { code } });

/** What V8 throws when it cannot allocate. */
function outOfMemory(): unknown {
  try {
    return new ArrayBuffer(Number.MAX_SAFE_INTEGER);
  } catch (error) {
    return error;
  }
}

it("names what was missing, wherever in the chain of causes its code is", () => {
  expect(shortageOf(Object.assign(new Error("open"), { code: "EMFILE" }))?.of).toBe("file descriptors");
  expect(shortageOf(systemError("ENFILE"))?.of).toBe("room for open files");
  const next = "Try again.";
  const cause = Object.assign(new Error("write"), { code: "ENOSPC" });
  expect(shortageOf(new Fault("store-unavailable", "The record cannot be used.", { next, cause }))?.of).toBe(
    "disk space",
  );
  expect(shortageOf(new Error("outer", { cause: { code: "53200" } }))?.of).toBe("memory");
  expect(shortageOf(new Error("outer", { cause: outOfMemory() }))?.of).toBe("memory");
});

it("names nothing for any other failure", () => {
  const endless = new Error("loop");
  endless.cause = endless;
  for (const other of [endless, undefined, "EMFILE", new Error("EMFILE"), systemError("EINVAL"), networkInterfaces]) {
    expect(shortageOf(other)).toBeUndefined();
  }
});

it("lets work succeed once there is room", async () => {
  const problem = Object.assign(new Error("open"), { code: "EMFILE" });
  const seen: unknown[] = [];
  let left = 2;
  const work = (): string => {
    if (left-- > 0) throw problem;
    return "done";
  };
  expect(await despiteShortage(work, async (each) => seen.push(each))).toBe("done");
  expect(seen).toEqual([problem, problem]);
  const bug = new Error("a bug");
  await expect(
    despiteShortage(
      () => Promise.reject(bug),
      async () => undefined,
    ),
  ).rejects.toBe(bug);
});
