import { describe, expect, it } from "vitest";
import { fakeCommandLine } from "../../test/fakes/command-line.ts";
import { fakeOperations } from "../../test/fakes/operations.ts";
import { Fault } from "../model/index.ts";
import { run } from "./run.ts";

const cli = fakeCommandLine();

describe("an error", () => {
  it("shows cause, place and next step, and no control character of the message", async () => {
    const fault = new Fault("config-invalid", "portolan.yaml:3:1: targets\u001b[2J: empty\nportolan.yaml:4:1: more", {
      place: "portolan.yaml:3:1",
      next: "Add one.",
    });
    const around = cli.surroundings({ operations: fakeOperations({ status: { get: () => Promise.reject(fault) } }) });
    expect(await run(["status"], around)).toBe(2);
    expect(around.printed.err).toBe(
      "error: portolan.yaml:3:1: targets\\x1b[2J: empty\nportolan.yaml:4:1: more\n  next: Add one.\n",
    );
  });

  it("names the place if the message does not", async () => {
    const fault = new Fault("store-unavailable", "the database is down", {
      place: "db.internal:5432",
      next: "Start it.",
    });
    const around = cli.surroundings({ door: { createApp: () => Promise.reject(fault) } });
    expect(await run(["status"], around)).toBe(2);
    expect(around.printed.err).toContain("  at:   db.internal:5432\n");
  });

  it("has a next step even if it is unexpected, and shows the stack only on request", async () => {
    const operations = fakeOperations({ status: { get: () => Promise.reject(new TypeError("x is not a function")) } });
    const quiet = cli.surroundings({ operations });
    expect(await run(["status"], quiet)).toBe(2);
    expect(quiet.printed.err).toContain("PORTOLAN_DEBUG=1");
    expect(quiet.printed.err).not.toContain("failure.test.ts");
    const loud = cli.surroundings({ operations, env: { PORTOLAN_DEBUG: "1" } });
    await run(["status"], loud);
    expect(loud.printed.err).toContain("failure.test.ts");
  });
});
