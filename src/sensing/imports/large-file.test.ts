import { describe, expect, it } from "vitest";
import { addressSet } from "../../scope/index.ts";
import { readScan } from "./read-scan.ts";

const MEGABYTES = Number(process.env["PORTOLAN_LARGE_IMPORT"] ?? 0);

/** An nmap file of many hosts as a stream; every host has a script that printed a page. */
async function* nmapFile(bytes: number): AsyncGenerator<Uint8Array> {
  yield Buffer.from(
    `<?xml version="1.0"?><!DOCTYPE nmaprun><nmaprun scanner="nmap" start="1795330957" version="7.93"><scaninfo type="syn" protocol="tcp" numservices="1000" services="1-1000"/>`,
  );
  const page = "x".repeat(3_000);
  let sent = 0;
  for (let at = 0; sent < bytes; at += 1) {
    const address = `10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`;
    const time = 1_795_330_957 + (at >> 6);
    const host = Buffer.from(
      `<host starttime="${time}" endtime="${time + 9}"><status state="up" reason="syn-ack"/><address addr="${address}" addrtype="ipv4"/><ports><extraports state="closed" count="999"/><port protocol="tcp" portid="${1 + (at % 1000)}"><state state="open" reason="syn-ack"/><script id="page" output="${page}"/></port></ports></host>\n`,
    );
    sent += host.length;
    yield host;
  }
  yield Buffer.from(`<runstats><finished time="1795999999" exit="success"/></runstats></nmaprun>`);
}

describe.skipIf(MEGABYTES === 0)("a large file: set PORTOLAN_LARGE_IMPORT=MEGABYTES", () => {
  it("is read in memory that does not grow with it", async () => {
    let peak = 0;
    async function* watched(): AsyncGenerator<Uint8Array> {
      let count = 0;
      for await (const chunk of nmapFile(MEGABYTES * 1e6)) {
        if ((count += 1) % 1_000 === 0) peak = Math.max(peak, process.memoryUsage().heapUsed);
        yield chunk;
      }
    }
    const boundary = addressSet([{ first: "10.0.0.0", last: "10.0.255.255" }]);
    const before = process.memoryUsage().heapUsed;
    const scan = await readScan(watched(), { format: "auto", onThisMachine: false, boundary });
    process.stderr.write(`${scan.bytes} bytes, heap grew by at most ${Math.round((peak - before) / 1e6)} MB\n`);
    expect(scan.bytes).toBeGreaterThan(MEGABYTES * 1e6);
    expect(scan.counts.open).toBeGreaterThan(0);
    expect(peak - before).toBeLessThan(250e6);
  }, 600_000);
});
