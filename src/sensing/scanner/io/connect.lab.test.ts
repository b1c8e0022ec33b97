import { readdirSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPacer } from "../pace.ts";
import { chooseEngine } from "./choose-engine.ts";
import { anyAddressListeners, ephemeralRange, scan, tcp, udp } from "../../../../test/fixtures/scan.ts";

const listening = new Set<Server>();
async function listen(host: string): Promise<number> {
  const server = createServer((socket) => socket.on("error", () => undefined));
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, host, resolve));
  listening.add(server);
  return (server.address() as { port: number }).port;
}
/** A port that was free on all addresses a moment ago, and is above the range that the system assigns from. */
async function freePort(): Promise<number> {
  const server = createServer();
  const port = 62_000 + Math.floor(Math.random() * 3_500);
  const isFree = await new Promise<boolean>((resolve) =>
    server.once("error", () => resolve(false)).listen(port, () => resolve(true)),
  );
  if (!isFree) return await freePort();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
const descriptorsOpen = (): number => readdirSync("/proc/self/fd").length;
const hasIpv6 = await listen("::1").then(
  () => true,
  () => false,
);

describe.each(["connect", "connect-portable"] as const)("engine %s on loopback", (name) => {
  const { engine } = chooseEngine(name);
  let open: number[] = [];
  let closed = 0;
  beforeAll(async () => {
    open = [];
    for (let i = 0; i < 20; i++) open.push(await listen("127.0.0.1"));
    closed = await freePort();
  });
  afterAll(() => {
    for (const server of listening) server.close();
    listening.clear();
  });

  it("distinguishes open from closed, once for each probe, with its index and a time", async () => {
    const endpoints = [...open, closed].map((port) => tcp("127.0.0.1", port));
    const before = Date.now();
    const { results, report } = await scan(engine, endpoints);
    expect(results).toHaveLength(endpoints.length);
    for (const { index, endpoint, state, at } of results) {
      expect(endpoint).toBe(endpoints[index]);
      expect(state).toBe(endpoint.port === closed ? "closed" : "open");
      expect(at).toBeGreaterThanOrEqual(before);
    }
    expect(report).toMatchObject({ sent: endpoints.length, retried: 0, errors: {} });
  });

  it.skipIf(!hasIpv6)("does the same over IPv6", async () => {
    const port = await listen("::1");
    const { states } = await scan(engine, [tcp("::1", port), tcp("::1", closed), tcp("127.0.0.1", open[0] ?? 0)]);
    expect(Object.fromEntries(states)).toEqual({
      [`::1 ${port}`]: "open",
      [`::1 ${closed}`]: "closed",
      [`127.0.0.1 ${open[0]}`]: "open",
    });
  });

  it("finds every listener among all 65,535 ports and calls no port open that nobody listens on", async () => {
    const endpoints = Array.from({ length: 65_535 }, (_, i) => tcp("127.0.0.2", i + 1));
    const port = await listen("127.0.0.2");
    const anywhere = anyAddressListeners();
    const { results, states } = await scan(engine, endpoints);
    expect(results).toHaveLength(65_535);
    expect(states.get(`127.0.0.2 ${port}`)).toBe("open");
    const phantom = results.filter(
      ({ endpoint, state }) => state !== "closed" && endpoint.port !== port && !anywhere.has(endpoint.port),
    );
    // Other programs of this machine may start listening meanwhile: a port that is still open now is not a phantom.
    const { results: again } = await scan(
      engine,
      phantom.map(({ endpoint }) => endpoint),
    );
    expect(again.filter(({ state }) => state !== "closed" && state !== "open")).toEqual([]);
    const still = anyAddressListeners();
    expect(again.filter(({ state, endpoint }) => state === "open" && !still.has(endpoint.port))).toEqual([]);
  });

  it("opens no phantom when it scans the ports that its own connections come from", async () => {
    const [first, last] = ephemeralRange();
    const ports = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    const { results, report } = await scan(
      engine,
      ports.map((port) => tcp("127.0.0.3", port)),
    );
    const anywhere = anyAddressListeners();
    const phantom = results.filter(({ state, endpoint }) => state === "open" && !anywhere.has(endpoint.port));
    expect(phantom).toEqual([]);
    expect(report.sent).toBeGreaterThanOrEqual(results.length);
  });

  it("leaves nothing open, neither after the end nor after an abort in the middle", async () => {
    await scan(engine, [tcp("127.0.0.1", closed)]);
    await settled();
    const before = descriptorsOpen();
    await scan(
      engine,
      [...open, closed].map((port) => tcp("127.0.0.1", port)),
    );
    await settled();
    expect(descriptorsOpen()).toBe(before);

    const stop = new AbortController();
    let seen = 0;
    const endpoints = Array.from({ length: 20_000 }, (_, i) => tcp("127.0.0.4", i + 1));
    const { results, report } = await scan(engine, endpoints, {
      signal: stop.signal,
      onResult: () => {
        if (++seen === 500) stop.abort();
      },
    });
    await settled();
    expect(seen).toBe(500);
    expect(results).toEqual([]);
    expect(report.sent).toBeLessThan(20_000);
    expect(descriptorsOpen()).toBe(before);
  });

  it("sends nothing when it was aborted before it began", async () => {
    const { results, report } = await scan(engine, [tcp("127.0.0.1", closed)], { signal: AbortSignal.abort() });
    expect(results).toEqual([]);
    expect(report.sent).toBe(0);
  });

  it("closes its sockets and rejects when the receiver of results throws", async () => {
    await settled();
    const before = descriptorsOpen();
    const onResult = (): void => {
      throw new Error("disk full");
    };
    await expect(
      scan(
        engine,
        open.map((port) => tcp("127.0.0.1", port)),
        { onResult },
      ),
    ).rejects.toThrow("disk full");
    await settled();
    expect(descriptorsOpen()).toBe(before);
  });

  it("probes UDP over UDP: a port that listens over TCP alone is closed there", async () => {
    const { results, report } = await scan(engine, [udp("127.0.0.1", open[0] ?? 0), tcp("127.0.0.1", open[0] ?? 0)]);
    expect(results.map(({ endpoint, state }) => `${endpoint.transport} ${state}`).sort()).toEqual([
      "tcp open",
      "udp closed",
    ]);
    expect(report).toMatchObject({ sent: 2, errors: {}, limited: [] });
  });

  it("keeps to the rate and probes everything", async () => {
    const sent: number[] = [];
    const paced = createPacer({ rate: 200, perHostRate: 200, now: performance.now(), exempt: () => false });
    const { results } = await scan(
      engine,
      Array.from({ length: 500 }, (_, i) => tcp("127.0.0.1", i + 1)),
      {
        pacer: {
          ...paced,
          take(address, now) {
            const wait = paced.take(address, now);
            if (wait === 0) sent.push(performance.now());
            return wait;
          },
        },
      },
    );
    expect(results).toHaveLength(500);
    const most = Math.max(...sent.map((from) => sent.filter((at) => at >= from && at < from + 1_000).length));
    expect(most).toBeLessThanOrEqual(210);
  });

  it("yields to the event loop in between", async () => {
    let longest = 0;
    let last = performance.now();
    const beat = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 1);
    let beats = 0;
    const count = setInterval(() => beats++, 1);
    await scan(
      engine,
      Array.from({ length: 30_000 }, (_, i) => tcp("127.0.0.5", i + 1)),
    );
    clearInterval(beat);
    clearInterval(count);
    expect(longest).toBeGreaterThan(0);
    // A scan in one stretch would let no timer run at all.
    expect(beats).toBeGreaterThan(5);
  });
});

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));
