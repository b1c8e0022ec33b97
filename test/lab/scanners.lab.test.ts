// @module-tag long
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readScan } from "../../src/sensing/imports/index.ts";
import { addressSet } from "../../src/scope/index.ts";
import { describeLab, lab, type Lab } from "./index.ts";

const hasNmap = spawnSync("nmap", ["--version"]).error === undefined;
const LAB = addressSet([{ first: "10.77.0.2", last: "10.77.0.3" }]);
const WEB = "10.77.0.2 tcp open 22,80";

describeLab("files that other scanners write here, compared with the listeners", () => {
  let net: Lab;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "portolan-scanners-"));
    net = await lab({
      hosts: [
        { name: "web", listeners: [22, 80] },
        { name: "data", listeners: [443], filters: [{ does: "drop", ports: [90] }] },
      ],
    });
  });
  afterAll(async () => {
    await net.close();
    await rm(folder, { recursive: true });
  });

  async function scan(...words: [string, ...string[]]): Promise<void> {
    const { status, stderr } = await net.scanner.run(words, { cwd: folder });
    expect(status, stderr).toBe(0);
  }
  /** Each state with its ports, as the import reads it. */
  async function imported(file: string): Promise<string[]> {
    const bytes = await readFile(join(folder, file));
    async function* once(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(bytes);
    }
    const { runs } = await readScan(once(), { format: "auto", boundary: LAB, onThisMachine: false });
    return runs
      .flatMap(({ coverage }) => coverage.ranges)
      .map(({ first, transport, state, ports }) => {
        const written = ports.map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(",");
        return `${first} ${transport} ${state} ${written}`;
      })
      .sort();
  }

  describe.skipIf(!hasNmap)("of nmap (needs nmap)", () => {
    const CLOSED = "10.77.0.2 tcp closed 1-21,23-79,81-100";

    it("states what was scanned over TCP, by SYN and by connect, with and without --open", async () => {
      for (const [at, how] of [["-sS"], ["-sT"], ["-sS", "--open"]].entries()) {
        await scan("nmap", "-n", ...how, "-p", "1-100", "-oX", `${at}.xml`, "10.77.0.2");
        expect(await imported(`${at}.xml`), how.join(" ")).toEqual([CLOSED, WEB]);
      }
    });

    it("keeps hosts, silence and transports apart", async () => {
      await scan("nmap", "-n", "-sS", "-p", "89-91,443", "--max-retries", "1", "-oX", "two.xml", "10.77.0.2-3");
      expect(await imported("two.xml")).toEqual([
        "10.77.0.2 tcp closed 89-91,443",
        "10.77.0.3 tcp closed 89,91",
        "10.77.0.3 tcp filtered 90",
        "10.77.0.3 tcp open 443",
      ]);
      await scan("nmap", "-n", "-sS", "-sU", "-p", "T:22,23,U:53,54", "-oX", "both.xml", "10.77.0.2");
      expect(await imported("both.xml")).toEqual([
        "10.77.0.2 tcp closed 23",
        "10.77.0.2 tcp open 22",
        "10.77.0.2 udp closed 53-54",
      ]);
    });

    it("that were appended, or that are not XML, are refused", async () => {
      await scan(
        "nmap",
        "-n",
        "-sT",
        "-p",
        "22",
        "-oX",
        "more.xml",
        "-oG",
        "more.gnmap",
        "-oN",
        "more.txt",
        "10.77.0.2",
      );
      await scan("nmap", "-n", "-sT", "-p", "443", "--append-output", "-oX", "more.xml", "10.77.0.3");
      await expect(imported("more.xml")).rejects.toThrow("A second document begins here");
      for (const file of ["more.gnmap", "more.txt"]) {
        await expect(imported(file)).rejects.toMatchObject({ next: expect.stringContaining("nmap -oX FILE") });
      }
    });
  });
});
