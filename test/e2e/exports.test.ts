import { execFile } from "node:child_process";
import { chmod, cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { askForDatabases } from "../databases.ts";
import { PROGRAM } from "./portolan.ts";

const run = promisify(execFile);

it("exports a PDF from the installed program, which states that no sweep has come to its end", async () => {
  const directory = await mkdtemp(join(tmpdir(), "portolan-e2e-exports-"));
  try {
    const { templateHome } = await askForDatabases();
    const home = join(directory, ".portolan");
    await cp(templateHome, home, { recursive: true });
    await chmod(home, 0o700);
    const { DATABASE_URL: _, PORTOLAN_HOME: __, ...env } = process.env;
    const words = ["findings", "--format", "pdf", "-o", "findings.pdf"];
    expect(await run(process.execPath, [PROGRAM, ...words], { cwd: directory, env })).toEqual({
      stdout: "",
      stderr: "",
    });
    const pdf = (await readFile(join(directory, "findings.pdf"))).toString("latin1");
    expect(pdf).toMatch(/^%PDF-1\.7\n/);
    expect(pdf).toContain("No findings, and no sweep has come to its end");
  } finally {
    await rm(directory, { recursive: true });
  }
});
