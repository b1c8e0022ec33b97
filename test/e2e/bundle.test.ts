// @module-tag long
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "../../src/platform/storage/index.ts";
import { describeBrowser, launchBrowser } from "../browser.ts";
import { freshPlace, type Place } from "../databases.ts";
import { filesOf, FIRST, HOSTILE_ASSET, HOUR, LAST, simulateRecord, type Files } from "../fixtures/bundle-record.ts";
import { PROGRAM } from "./portolan.ts";

/** A bundle as an auditor has it: a folder, another machine's programs, no network. */

const FOREIGN = join(import.meta.dirname, "../foreign/verify_bundle.py");

let folder: string;
let place: Place;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "portolan-auditor-"));
  place = await freshPlace("embedded");
  const store = await openStore(place);
  const record = await simulateRecord(store);
  const write = async (name: string, from: number, asset?: string[]): Promise<void> => {
    const request = { from, to: LAST, ...(asset === undefined ? {} : { asset }) };
    writeFolder(join(folder, name), await filesOf((await record.evidence.export(request)).content));
  };
  await write("whole", FIRST);
  await write("late", FIRST + 50 * HOUR);
  await write("one", FIRST + 50 * HOUR, ["db-3"]);
  record.remove();
  await store.close();
}, 240_000);

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await place.remove();
});

function writeFolder(path: string, files: Files): void {
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), bytes);
  }
}

/** A Node of the machine that is older than the project's, as an auditor may have it. */
function olderNode(): string | undefined {
  return ["/usr/bin/node", "/usr/local/bin/node"].find((path) => {
    const { stdout } = spawnSync(path, ["--version"], { encoding: "utf8" });
    return /^v2[0-3]\./.test(stdout ?? "");
  });
}

describe.each([
  ["this Node", process.execPath],
  ["an older Node of this machine", olderNode()],
])("verify.mjs on %s", (_, node) => {
  const verify = (name: string, ...words: string[]) =>
    spawnSync(node ?? "", [join(folder, name, "verify.mjs"), join(folder, name), ...words], { encoding: "utf8" });

  it.skipIf(node === undefined)("verifies, and answers both questions", () => {
    const fingerprint = /Key {3}([0-9a-f]{64})/.exec(readFileSync(join(folder, "whole/readme.txt"), "utf8"))?.[1] ?? "";
    const plain = verify("whole");
    expect([plain.status, plain.stdout.split("\n")[0]]).toEqual([0, "Consistent with itself; key not confirmed."]);
    expect(verify("late", "--key", fingerprint).stdout).toMatch(/^Verified, and signed by the key/);
    expect(verify("late", "--key", "00".repeat(32)).status).toBe(1);
    const asked = verify("late", "--at", "2026-03-14T20:30Z", "--endpoint", "db-3:5432");
    expect(asked.status).toBe(0);
    expect(asked.stdout).toContain("seen from inside: OPEN");
    expect(asked.stdout).toContain("yes: owner team-data, justified with: the database of the shop");
    expect(verify("whole", "--gaps", "--asset", "db-3").stdout).toContain(
      "Portolan was not running for 8h59m55s (entry ",
    );
  });

  it.skipIf(node === undefined)("names a changed entry and ends with 1; with 2 where it cannot read or answer", () => {
    const changed = join(folder, "changed");
    mkdirSync(changed);
    const files = new Map(
      readdirSync(join(folder, "late"), { recursive: true, withFileTypes: true })
        .filter((each) => each.isFile())
        .map((each) => [
          join(each.parentPath, each.name).slice(join(folder, "late").length + 1),
          readFileSync(join(each.parentPath, each.name)),
        ]),
    );
    const entries = files.get("log/entries.jsonl")?.toString() ?? "";
    files.set("log/entries.jsonl", Buffer.from(entries.replace('"verdict":"complete"', '"verdict":"untrusted"')));
    writeFolder(changed, files);
    const { status, stdout } = verify("changed");
    rmSync(changed, { recursive: true });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^ {2}- log\/entries\.jsonl, entry or line \d+, body: was changed/m);
    expect(verify("late", "--at", "2020-01-01T00:00Z", "--endpoint", "db-3:5432").status).toBe(2);
    expect(verify("late", "--at", "soon", "--endpoint", "db-3:5432").stderr).toContain("Give both --at");
    expect(spawnSync(node ?? "", [join(folder, "late/verify.mjs"), join(folder, "nothing")]).status).toBe(2);
  });
});

const hasPython = spawnSync("python3", ["--version"]).status === 0 && spawnSync("openssl", ["version"]).status === 0;

describe("an implementation in another language", () => {
  it.skipIf(!hasPython)("accepts every proof, checkpoint and set of states (needs python3 and openssl)", () => {
    for (const name of ["whole", "late", "one"]) {
      const { status, stdout, stderr } = spawnSync("python3", [FOREIGN, join(folder, name)], { encoding: "utf8" });
      expect([stderr, status]).toEqual(["", 0]);
      const { checkpoints, proofs } = JSON.parse(stdout) as { checkpoints: number; proofs: number };
      expect(proofs).toBe(readdirSync(join(folder, name, "proofs")).length);
      expect(checkpoints).toBeGreaterThan(2);
    }
  });
});

describeBrowser("index.html by double click, without a network", () => {
  let browser: Browser;
  let page: Page;
  const outside: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
    page = await (await browser.newContext({ offline: true })).newPage();
    page.on("console", (message) => void complaints.push(message.text()));
    page.on("pageerror", (error) => void complaints.push(error.message));
    page.on("request", (request) => {
      if (!/^(file|blob):/.test(request.url())) outside.push(request.url());
    });
    await page.goto(`file://${join(folder, "whole/index.html")}`);
    await page.setInputFiles("#folder", join(folder, "whole"));
    await page.waitForSelector("#verdict:not([hidden])", { timeout: 60_000 });
  }, 120_000);
  afterAll(() => browser.close());

  it("verifies the folder, and confirms the key once a fingerprint is typed", async () => {
    expect(await page.textContent("#headline")).toBe("Consistent with itself; key not confirmed.");
    const fingerprint = (await page.textContent("#fingerprint")) ?? "";
    await page.fill("#key", fingerprint);
    await page.dispatchEvent("#key", "change");
    await page.waitForSelector("#headline.good", { timeout: 60_000 });
    expect(await page.textContent("#headline")).toMatch(/^Verified, and signed by the key/);
  });

  it("answers who allowed a port, and shows hostile names as text", async () => {
    await page.fill("#endpoint", "db-3:5432");
    await page.fill("#at", "2026-03-12T20:00Z");
    await page.click("#state button");
    await page.waitForSelector(".answer", { timeout: 30_000 });
    const answer = (await page.textContent("#state-answer")) ?? "";
    expect(answer).toContain("seen from inside: OPEN");
    expect(answer).toContain("port baseline 1, approval typed by");
    await page.waitForSelector("#gaps-answer details", { timeout: 30_000 });
    expect(await page.textContent("#gaps-answer")).toContain(HOSTILE_ASSET);
    expect(await page.textContent("#approvals-number")).toBe("(1)");
  });

  it("connects to nothing, and breaks no rule of its own policy", () => {
    expect({ outside, complaints }).toEqual({ outside: [], complaints: [] });
  });
});

describe("portolan evidence export", () => {
  const run = async (words: readonly string[], after?: (child: ReturnType<typeof spawn>) => void) => {
    const env = { ...process.env, PORTOLAN_HOME: place.home, NO_COLOR: "1" };
    const child = spawn(process.execPath, [PROGRAM, "evidence", "export", ...words], { cwd: folder, env });
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (data: string) => (text += data));
    after?.(child);
    const [status] = (await once(child, "close")) as [number | null];
    return { status, text: text.replaceAll(/\s+/g, " ") };
  };

  it("refuses a folder that has something in it, and leaves none when it cannot sign", async () => {
    mkdirSync(join(folder, "used/by-others"), { recursive: true });
    const used = await run(["--from", "2026-03-12T00:00:00Z", "--to", "2026-03-13T00:00:00Z", "-o", "used"]);
    expect(used.status).toBe(2);
    expect(used.text).toContain("used is not empty; it was not changed.");
    // This home has another key than the log, so the manifest cannot be signed.
    const unsigned = await run(["--from", "2026-03-12T00:00:00Z", "--to", "2026-03-13T00:00:00Z", "-o", "unsigned"]);
    expect(unsigned.status).toBe(2);
    expect(readdirSync(folder).filter((name) => name.startsWith("unsigned"))).toEqual([]);
    expect(existsSync(join(folder, "used/by-others"))).toBe(true);
  });
});
