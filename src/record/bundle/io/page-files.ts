import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PageSources } from "../page.ts";

/** The sources of the page. `verify.mjs` is made of verifier/ by scripts/verifier.ts. */
export async function pageSources(): Promise<PageSources> {
  const folder = join(import.meta.dirname, "../page");
  const source = (name: string): Promise<string> => readFile(join(folder, name), "utf8");
  const [html, css, script, verifier] = await Promise.all(
    ["page.html", "page.css", "page.js", "verify.mjs"].map(source),
  );
  return { html: html ?? "", css: css ?? "", script: script ?? "", verifier: verifier ?? "" };
}
