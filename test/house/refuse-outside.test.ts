import { describe, expect, it } from "vitest";

// Not imported, as the name of this file forbids it.
const { createServer, connect } = process.getBuiltinModule("node:net");
const { createSocket } = process.getBuiltinModule("node:dgram");
const { spawn, execFileSync } = process.getBuiltinModule("node:child_process");

const OUTSIDE: Readonly<Record<string, () => unknown>> = {
  "listens on a socket": () => createServer().listen(0, "127.0.0.1"),
  "opens a connection": () => connect(9, "127.0.0.1"),
  "opens a datagram socket": () => createSocket("udp4").bind(0, "127.0.0.1"),
  "starts a program": () => spawn("true"),
  "starts a program and waits": () => execFileSync("true"),
};

describe("a pure test", () => {
  it.fails.each(Object.entries(OUTSIDE))("%s", (_what, act) => {
    act();
  });

  it.fails("lives with a refusal", () => {
    expect(() => execFileSync("true")).toThrow("A pure test starts a program");
  });

  it.fails("fetches", async () => {
    expect(await fetch("http://127.0.0.1:4600/").catch(() => "no answer")).toBe("no answer");
  });
});
