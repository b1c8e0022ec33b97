// @module-tag long
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createApp } from "../../src/app.ts";
import { keyFingerprint, keyOfHome } from "../../src/record/evidence/index.ts";
import { freshPlace, STORE_KINDS, type Place } from "../databases.ts";

const CHILD = join(import.meta.dirname, "../fixtures/rotate-child.ts");
const SCOPE = `version: 1
name: rotated
systemTypes: { host: { cadence: 1h, ports: "1-20" } }
targets: [{ name: here, addresses: [127.0.0.1], systemType: host }]
`;

describe.each(STORE_KINDS)("kill -9 while the key of the log is replaced, on %s", (kind) => {
  let directory: string;
  let place: Place;

  const open = () => createApp({ directory, home: place.home, databaseUrl: place.databaseUrl, identify: false });
  const fingerprint = () => {
    const key = keyOfHome(place.home);
    return key === undefined ? "none" : keyFingerprint(key.publicKey);
  };

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "portolan-rotated-"));
    await writeFile(join(directory, "portolan.yaml"), SCOPE);
    place = await freshPlace(kind);
    const app = await open();
    await app.operations.sweeps.run({ targets: [], engine: "connect", requestedBy: "test" }, {});
    await app.close();
  });
  afterEach(async () => {
    await place.remove();
    await rm(directory, { recursive: true, force: true });
  });

  it.each([
    ["decided", "keep", false],
    ["committed", "keep", true],
    ["aside", "keep", true],
    ["placed", "keep", true],
    ["committed", "destroy", true],
    ["placed", "destroy", true],
  ] as const)("%s (%s) leaves a log that continues and verifies", async (step, fate, rotated) => {
    const before = fingerprint();
    const args = [
      CHILD,
      step,
      directory,
      place.home,
      fate,
      ...(place.databaseUrl === undefined ? [] : [place.databaseUrl]),
    ];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
    expect(await once(child, "close")).toEqual([null, "SIGKILL"]);

    const app = await open();
    await app.operations.sweeps.run({ targets: [], engine: "connect", requestedBy: "test" }, {});
    const after = fingerprint();
    expect(after === before).toBe(!rotated);
    for (const key of [before, after]) {
      const verified = await app.operations.evidence.verify({ key });
      expect(verified).toMatchObject({ ok: true, problems: [] });
      expect(verified.rotations?.length ?? 0).toBe(rotated ? 1 : 0);
    }
    await app.close();
    expect(existsSync(join(place.home, "keys/evidence-next.pem"))).toBe(!rotated);
    const aside = readdirSync(join(place.home, "keys")).filter((name) => /^evidence-[0-9a-f]{8}\.pem$/.test(name));
    expect(aside).toHaveLength(rotated && fate === "keep" ? 1 : 0);
  });
});
