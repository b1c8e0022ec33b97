import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { NodeCompiler } from "@myriaddreamin/typst-ts-node-compiler";
import type { PdfData } from "../pdf.ts";
import { undrawable, withEscapes } from "../undrawable.ts";

/** A separate thread that makes one PDF: compiling blocks its thread for seconds. */

/** The input of the thread. */
export interface PdfOrder {
  readonly data: PdfData;
  /** The folder of the template. The path of a built thread differs from that of its source, so it is passed in. */
  readonly folder: string;
}

/** PDF/A-2a: for archives, with the structure that screen readers use. */
const ARCHIVAL = "a-2a";

/** PDF/A refuses a character that no font can draw. Its replacement is ASCII, so the second attempt is the last. */
function make({ data, folder }: PdfOrder): Buffer {
  const compiler = NodeCompiler.create({ workspace: folder });
  const template = readFileSync(join(folder, "findings.typ"), "utf8");
  const json = JSON.stringify(data);
  try {
    return compile(compiler, template, json, data.created);
  } catch (error) {
    const missing = undrawable(error instanceof Error ? error.message : "");
    if (missing.size === 0) throw error;
    return compile(compiler, template, withEscapes(json, missing), data.created);
  } finally {
    // The compiler caches layouts for the whole process.
    compiler.evictCache(0);
  }
}

function compile(compiler: NodeCompiler, template: string, json: string, creationTimestamp: number): Buffer {
  const compiled = compiler.compile({ mainFileContent: template, inputs: { data: json } });
  const { result } = compiled;
  if (result === null) throw new Error(JSON.stringify(compiled.takeDiagnostics()?.shortDiagnostics));
  return withoutSuspects(compiler.pdf(result, { creationTimestamp, pdfStandard: ARCHIVAL, pdfTags: true }));
}

/**
 * Blanks out `/Suspects false` in the MarkInfo of the catalog (ISO 32000-1, table 321). False is its default, and
 * poppler reports the entry as a syntax error. Its length stays, so no offset of the file changes.
 */
function withoutSuspects(pdf: Buffer): Buffer {
  const entry = "/Suspects false";
  const markInfo = pdf.indexOf("/MarkInfo");
  const at = markInfo < 0 ? -1 : pdf.indexOf(entry, markInfo);
  return at < 0 ? pdf : pdf.fill(" ", at, at + entry.length);
}

parentPort?.postMessage(make(workerData as PdfOrder));
