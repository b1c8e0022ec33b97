import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { enrolCommand } from "./enrol-command.ts";

it("gives the token to the sensor through a file that nobody else can read", () => {
  const folder = mkdtempSync(join(tmpdir(), "portolan-enrol-"));
  const program = join(folder, "portolan");
  writeFileSync(program, '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
  const token = `-_${"a".repeat(41)}`;
  const said = execFileSync("/bin/sh", ["-c", enrolCommand("https://portolan.example:4600", token)], {
    cwd: folder,
    env: { PATH: `${folder}:${process.env["PATH"] ?? ""}` },
    encoding: "utf8",
  });
  expect(said).toBe("sensor --server https://portolan.example:4600 --token-file portolan-sensor.token\n");
  const file = join(folder, "portolan-sensor.token");
  expect([readFileSync(file, "utf8"), statSync(file).mode & 0o777]).toEqual([token, 0o600]);
  rmSync(folder, { recursive: true });
});
