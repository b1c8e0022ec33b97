// @module-tag long
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Identification } from "./identify.ts";

const PROGRAM = new URL("../../../../test/fixtures/identify-short.ts", import.meta.url).pathname;
const greets = createServer((socket) => socket.end("SSH-2.0-OpenSSH_10.0p2 Debian-7\r\n"));

beforeAll(async () => {
  await once(greets.listen(0, "127.0.0.1"), "listening");
});
afterAll(() => void greets.close());

async function identifyWithout(descriptorsFor: number): Promise<Identification> {
  const { port } = greets.address() as AddressInfo;
  const { stdout } = await promisify(execFile)("sh", [
    "-c",
    'ulimit -n 64; exec "$0" "$@"',
    process.execPath,
    PROGRAM,
    "127.0.0.1",
    String(port),
    String(descriptorsFor),
  ]);
  return JSON.parse(stdout) as Identification;
}

describe.skipIf(process.platform === "win32")("identification without a free descriptor", () => {
  it("waits for one within its time budget", async () => {
    expect(await identifyWithout(200)).toMatchObject({ kind: "identified", identity: { service: "ssh" } });
  });

  it("claims nothing about the endpoint if none comes free", async () => {
    expect(await identifyWithout(1_500)).toEqual({ kind: "unidentified", why: "interrupted", evidence: "" });
  });
});
