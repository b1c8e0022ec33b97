// @module-tag long
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hostileExport } from "../../../../test/hostile.ts";
import * as examples from "../../../../test/fakes/results.ts";
import { pdfDataOf } from "../pdf.ts";
import { sheetOf, type Exported } from "../sheet.ts";
import { renderPdf } from "./render-pdf.ts";

/** Programs that check a PDF, with their arguments before its path. */
const CHECKS = [
  ["pdfinfo", []],
  ["qpdf", ["--check"]],
] as const;

const plain: Exported = { ...hostileExport([], "dmz"), findings: [examples.telnet, examples.resolvedFtp] };

describe.each(CHECKS)("a PDF, checked: needs %s", (program, args) => {
  const missing = spawnSync(program, ["--version"]).error !== undefined;

  it.skipIf(missing).each([
    ["of a few findings", plain],
    ["of none", { ...plain, findings: [] }],
    ["of hostile ones", hostileExport()],
  ] as const)("%s has no error", { timeout: 60_000 }, async (_name, exported) => {
    const pdf = await renderPdf(pdfDataOf(sheetOf(exported)));
    const folder = mkdtempSync(join(tmpdir(), "portolan-pdf-"));
    const file = join(folder, "findings.pdf");
    writeFileSync(file, pdf);
    const { status, stderr } = spawnSync(program, [...args, file], { encoding: "utf8" });
    rmSync(folder, { recursive: true });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});
