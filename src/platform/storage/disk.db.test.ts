import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freshPlace } from "../../../test/databases.ts";

const OPEN = `
  const { openStore } = await import(process.argv[1]);
  const said = await openStore({ home: process.argv[2] }).then(() => "opened", (fault) => fault.code + ": " + fault.message);
  process.stdout.write(JSON.stringify({ said }));`;

const NEXT = `
  const { openStore } = await import(process.argv[1]);
  const answer = await openStore({ home: process.argv[2] })
    .then((store) => store.close())
    .then(() => ({ opened: true }), ({ next }) => ({ next }));
  process.stdout.write(JSON.stringify(answer));`;

/** Only root may mount in a separate namespace. */
function canMount(): boolean {
  try {
    execFileSync("unshare", ["-m", "mount", "-t", "tmpfs", "none", "/mnt"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!canMount())("a disk that cannot be written (needs root: mounts one)", () => {
  let mountPoint: string;
  beforeEach(() => {
    mountPoint = mkdtempSync(join(tmpdir(), "portolan-disk-"));
  });
  afterEach(() => rmSync(mountPoint, { recursive: true, force: true }));

  /** Runs Node with `arguments_` while `mount` is in effect, for that process alone, and reads what it prints as JSON. */
  async function runOn(mount: string, ...arguments_: string[]): Promise<unknown> {
    const script = `${mount} && shift && exec "$@"`;
    const { stdout } = await promisify(execFile)("unshare", [
      ...["-m", "sh", "-c", script, "sh", mountPoint, process.execPath],
      ...arguments_,
    ]);
    return JSON.parse(stdout);
  }
  const open = (mount: string, home: string) =>
    runOn(mount, "--input-type=module", "-e", OPEN, join(import.meta.dirname, "index.ts"), home);

  it("is named, whether or not the record exists yet", async () => {
    const place = await freshPlace("embedded");
    const readOnly = `mount --bind '${place.home}' "$1" && mount -o remount,bind,ro "$1"`;
    const said = (home: string) =>
      `store-unavailable: The record in ${home} cannot be used: the file system is read-only`;
    expect(await open(readOnly, mountPoint)).toEqual({ said: said(mountPoint) });
    const home = join(mountPoint, "home");
    expect(await open(`mount -t tmpfs -o ro none "$1"`, home)).toEqual({ said: said(home) });
    await place.remove();
  });

  it("because it is full is named, and leaves no partial database", async () => {
    const home = join(mountPoint, "home");
    const full = `store-unavailable: The record in ${home} cannot be used: the disk is full`;
    const listed = `mount -t tmpfs -o size=20m none "$1"`;
    expect(await open(listed, home)).toEqual({ said: full });
  });

  it("because it is full is left for one with room, or given room", { tags: ["long"], timeout: 120_000 }, async () => {
    const asked = (home: string, size: string) =>
      runOn(
        `mount -t tmpfs -o size=${size} none "$1"`,
        ...["--input-type=module", "-e", NEXT, join(import.meta.dirname, "index.ts"), home],
      );
    const home = join(mountPoint, "home");
    const next = expect.stringMatching(
      /^Make room on that file system, or set PORTOLAN_HOME to a directory on another/,
    );
    expect(await asked(home, "20m")).toEqual({ next });
    const elsewhere = mkdtempSync(join(tmpdir(), "portolan-disk-"));
    expect(await asked(elsewhere, "20m")).toEqual({ opened: true });
    expect(await asked(home, "300m")).toEqual({ opened: true });
    rmSync(elsewhere, { recursive: true });
  });

  it("because it became full ends the store with that fault, and nothing acknowledged is lost", async () => {
    const place = await freshPlace("embedded");
    const home = join(mountPoint, "home");
    mkdirSync(home);
    const copy = `mount -t tmpfs -o size=150m none "$1" && cp -r '${place.home}' "$1/home"`;
    const full = `store-unavailable: The record in ${home} cannot be used: the disk is full`;
    const result = await runOn(copy, join(import.meta.dirname, "../../../test/fixtures/fill-disk.ts"), home);
    expect(result).toEqual({ said: [full, full, "true"], committed: expect.any(Number) });
    expect((result as { committed: number }).committed).toBeGreaterThan(0);
    await place.remove();
  });
});
