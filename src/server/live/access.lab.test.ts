import { afterEach, expect, it } from "vitest";
import { fakeAccess } from "../../../test/fakes/access.ts";
import { fakeOperations } from "../../../test/fakes/operations.ts";
import type { Change } from "../../contract/index.ts";
import { Fault, type EntryType, type Principal } from "../../model/index.ts";
import { createServer } from "../server.ts";

const ada: Principal = { kind: "person", id: "s1", user: "u1", name: "Ada", roles: ["engineer"] };
const bob: Principal = { kind: "person", id: "s2", user: "u2", name: "Bob", roles: ["engineer"] };
const closings: (() => Promise<unknown>)[] = [];
afterEach(() => Promise.all(closings.splice(0).map((close) => close())));

/** A server with these users signed in, by cookie, and a function that writes an entry for it to read immediately. */
async function serving(
  signedIn: ReadonlyMap<string, Principal>,
  operations: Parameters<typeof fakeOperations>[0] = {},
) {
  const log: Change[] = [];
  const { server, feed } = await createServer({
    operations: fakeOperations({
      changes: ({ from = log.length }) => Promise.resolve({ size: log.length, changes: log.slice(from) }),
      ...operations,
    }),
    identity: fakeAccess({ bySession: ({ cookie }) => Promise.resolve(signedIn.get(cookie ?? "")) }),
    token: "t".repeat(43),
    version: "0.0.0",
    hosts: [],
    onUnexpected: () => undefined,
  });
  closings.push(() => server.close());
  const record = (type: EntryType): void => {
    log.push({ index: log.length, type, body: "{}" });
    feed.look();
  };
  return { server, feed, record };
}

it.each(["session-revoked", "user-disabled", "roles-changed", "signed-out", "key-revoked"] as const)(
  "ends the events of the user whom a %s concerns, and of nobody else",
  async (type: EntryType) => {
    const signedIn = new Map([
      ["a=1", ada],
      ["b=1", bob],
    ]);
    const { server, feed, record } = await serving(signedIn);
    const listen = async (cookie: string) => {
      const headers = { host: "localhost", cookie };
      const stream = (await server.inject({ url: "/api/v1/events", headers, payloadAsStream: true })).stream();
      stream.resume();
      return { stream, ended: new Promise<true>((ended) => stream.once("end", () => ended(true))) };
    };
    const [adas, bobs] = [await listen("a=1"), await listen("b=1")];
    await expect.poll(() => feed.listeners).toBe(2);
    if (type === "roles-changed") signedIn.set("a=1", { ...ada, roles: [] });
    else signedIn.delete("a=1");
    record(type);
    expect(await adas.ended).toBe(true);
    expect(bobs.stream.destroyed).toBe(false);
    expect(feed.listeners).toBe(1);
  },
);

it("stops a sweep when the session of its user ends, and cuts its stream off", async () => {
  const signedIn = new Map([["a=1", ada]]);
  const stopped = Promise.withResolvers<void>();
  const { server, feed, record } = await serving(signedIn, {
    sweeps: {
      run: (_request, { signal }) =>
        new Promise((_, reject) => {
          signal?.addEventListener("abort", () => {
            stopped.resolve();
            reject(new Fault("interrupted", "stopped", { next: "Begin again." }));
          });
        }),
    },
  });
  const url = await server.listen({ port: 0, host: "127.0.0.1" });
  const answer = await fetch(`${url}/api/v1/sweeps`, {
    method: "POST",
    headers: { cookie: "a=1", origin: url, "content-type": "application/json", "idempotency-key": "k".repeat(16) },
    body: JSON.stringify({ targets: [], engine: "auto", requestedBy: "ada" }),
  });
  expect(answer.status).toBe(200);
  await expect.poll(() => feed.listeners).toBe(1);
  signedIn.delete("a=1");
  record("session-revoked");
  await stopped.promise;
  // Earlier lines can still be read, but nothing about the end of the sweep.
  await expect(answer.text()).rejects.toThrow();
  await expect.poll(() => feed.listeners).toBe(0);
});
