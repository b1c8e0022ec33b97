import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { generateKeyPairSync } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Fault } from "../../../model/index.ts";
import { toBase64 } from "@portolan/verifier";
import { loadOrCreateKey } from "./key.ts";

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe("the signing key", () => {
  let home: string;
  let path: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "portolan-key-"));
    path = join(home, "keys", "evidence.pem");
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  function refusal(of = home): Fault {
    try {
      loadOrCreateKey(of);
    } catch (error) {
      if (error instanceof Fault) return error;
      throw error;
    }
    throw new Error("not refused");
  }

  it("is created once, readable by its owner only, and is the same afterwards", () => {
    const created = loadOrCreateKey(home);
    expect([mode(join(home, "keys")), mode(path)]).toEqual(["700", "600"]);
    expect(readFileSync(path, "utf8")).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(loadOrCreateKey(home).publicKey).toEqual(created.publicKey);
    expect(readdirSync(join(home, "keys"))).toEqual(["evidence.pem"]);
  });

  it("is readable by its owner only, whatever the umask", () => {
    const before = process.umask(0);
    try {
      loadOrCreateKey(home);
    } finally {
      process.umask(before);
    }
    expect([mode(join(home, "keys")), mode(path)]).toEqual(["700", "600"]);
  });

  it("is the same key for several processes that start at once", async () => {
    const script = `
      const { loadOrCreateKey } = await import(${JSON.stringify(new URL("key.ts", import.meta.url).href)});
      while (Date.now() < Number(process.argv[1])) {}
      process.stdout.write(Buffer.from(loadOrCreateKey(process.argv[2]).publicKey).toString("base64"));`;
    const startAt = String(Date.now() + 1_500);
    const run = async (): Promise<string> =>
      (await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script, startAt, home])).stdout;
    const keys = await Promise.all(Array.from({ length: 4 }, run));
    expect(keys[0]).toHaveLength(44);
    expect(new Set([...keys, toBase64(loadOrCreateKey(home).publicKey)]).size).toBe(1);
    expect(readdirSync(join(home, "keys"))).toEqual(["evidence.pem"]);
  });

  it.each([0o640, 0o604, 0o620, 0o666])("is refused when others may use it (mode %o)", (bits) => {
    loadOrCreateKey(home);
    chmodSync(path, bits);
    const fault = refusal();
    expect(fault).toMatchObject({ code: "config-invalid", place: path });
    expect(fault.next).toContain(`chmod 600 ${path}`);
    chmodSync(path, 0o600);
    expect(loadOrCreateKey(home).publicKey).toHaveLength(32);
  });

  it("is refused in a directory where others could replace it", () => {
    mkdirSync(join(home, "keys"));
    chmodSync(join(home, "keys"), 0o777);
    expect(refusal()).toMatchObject({ code: "config-invalid", next: `Run: chmod 700 ${join(home, "keys")}` });
    expect(readdirSync(join(home, "keys"))).toEqual([]);
  });

  it.each([
    ["nothing", ""],
    ["noise", "hello"],
    ["a key of another kind", generateKeyPairSync("x25519").privateKey.export({ type: "pkcs8", format: "pem" })],
    ["far too much", "x".repeat(100_000)],
  ])("is refused, and not replaced, when the file holds %s", (_, content) => {
    mkdirSync(join(home, "keys"), { mode: 0o700 });
    writeFileSync(path, content, { mode: 0o600 });
    expect(refusal()).toMatchObject({ code: "config-invalid", place: path });
    expect(readFileSync(path, "utf8")).toBe(content);
  });

  it("states what to do when it can be neither read nor written", () => {
    const file = join(home, "file");
    writeFileSync(file, "");
    const fault = refusal(file);
    expect(fault).toMatchObject({ code: "store-unavailable" });
    expect(fault.message).toContain("ENOTDIR");
    expect(fault.next).toContain("PORTOLAN_HOME");
  });
});
