import { describe, expect, it } from "vitest";
import type { Endpoint } from "../model/index.ts";
import { type Listener, processFor } from "./listener.ts";

const at = (address: string, port: number): Endpoint => ({ address, transport: "tcp", port });
const listener = (address: string, port: number, process: string): Listener => ({
  transport: "tcp",
  address,
  port,
  process,
});

describe("processFor", () => {
  const all = [
    listener("::", 80, "dual"),
    listener("0.0.0.0", 80, "any4"),
    listener("127.0.0.1", 80, "local"),
    listener("::", 443, "dual"),
    listener("127.0.0.1", 22, "local"),
  ];

  it.each([
    [at("127.0.0.1", 80), "local"],
    [at("192.0.2.1", 80), "any4"],
    [at("2001:db8::1", 80), "dual"],
    [at("192.0.2.1", 443), "dual"],
    [at("192.0.2.1", 22), undefined],
    [at("127.0.0.1", 23), undefined],
    [{ ...at("127.0.0.1", 80), transport: "udp" } as const, undefined],
  ])("%j is %s", (endpoint, process) => {
    expect(processFor(endpoint, all)).toBe(process);
  });
});
