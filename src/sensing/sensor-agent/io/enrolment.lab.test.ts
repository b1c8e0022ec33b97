import { createServer } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer as createPlain, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { runSensor, type SensorEvent } from "./run-sensor.ts";

async function freePort(): Promise<number> {
  const server = createPlain();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

it("a sensor whose server is not there yet enrols when it comes, and promises nothing before", async () => {
  const folder = await mkdtemp(join(tmpdir(), "portolan-sensor-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const port = await freePort();
  const events: SensorEvent[] = [];
  const running = runSensor({
    folder,
    server: `http://127.0.0.1:${port}`,
    trust: {},
    token: () => Promise.resolve("t".repeat(43)),
    interval: 60_000,
    buffer: 1_000_000,
    version: "0.0.0",
    clock: { now: () => Date.now() },
    onEvent: (event) => events.push(event),
  });
  await expect.poll(() => events.map(({ kind }) => kind)).toEqual(["not-enrolled"]);
  expect(JSON.stringify(events)).not.toContain("kept on disk");

  const server = createServer((request, response) => {
    request.resume();
    response.end(JSON.stringify(request.url?.endsWith("enrolments") ? { sensor: 1, name: "web-1" } : { taken: 0 }));
  });
  await new Promise<void>((listening) => server.listen(port, "127.0.0.1", listening));
  const sensor = await running;
  expect(events.map(({ kind }) => kind)).toEqual(["not-enrolled", "enrolled", "watching"]);
  await sensor.stop();
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});
