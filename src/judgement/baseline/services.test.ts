import { describe, expect, it } from "vitest";
import { TRANSPORTS } from "../../model/index.ts";
import { namedPorts, serviceName } from "./services.ts";

describe("service names", () => {
  it.each([
    ["tcp", 22, "ssh"],
    ["tcp", 443, "https"],
    ["udp", 443, "https"],
    ["tcp", 5432, "postgresql"],
    ["udp", 514, "syslog"],
    ["tcp", 514, "shell"],
    ["tcp", 8000, undefined],
    ["udp", 5, undefined],
  ] as const)("%s/%i is %s", (transport, port, name) => {
    expect(serviceName(transport, port)).toBe(name);
  });

  it("have the form of RFC 6335, on valid ports, each port once", () => {
    for (const transport of TRANSPORTS) {
      const ports = namedPorts(transport);
      expect(ports.length).toBeGreaterThan(300);
      expect(new Set(ports).size).toBe(ports.length);
      for (const port of ports) {
        expect(port).toBeGreaterThanOrEqual(1);
        expect(port).toBeLessThanOrEqual(65_535);
        expect(serviceName(transport, port)).toMatch(/^[a-z0-9][a-z0-9.+_-]*$/);
      }
    }
  });
});
