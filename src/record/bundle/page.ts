import { hash } from "node:crypto";
import { isSyntheticLog } from "@portolan/verifier";

/** The sources of the page that comes with a bundle. */
export interface PageSources {
  readonly html: string;
  readonly css: string;
  readonly script: string;
  readonly verifier: string;
}

/** What the page shows before anything is verified. */
export interface PageSummary {
  readonly origin: string;
  readonly fingerprint: string;
  readonly root: string;
  readonly first: number;
  readonly last: number;
  readonly from: string;
  readonly to: string;
  readonly assets: readonly string[];
  readonly program: string;
}

/** On everything that leaves a synthetic record. */
export const SYNTHETIC_NOTICE =
  "Synthetic record, made by portolan demo: a simulated network answered everything here, and no real one was scanned.";

/**
 * The page as one file that opens by double click: its policy lets in its own two blocks by their hashes, and a worker made
 * of the verifier's text, and no connection to anywhere.
 */
export function bundlePage({ html, css, script, verifier }: PageSources, summary: PageSummary): string {
  const policy = [
    "default-src 'none'",
    `style-src '${sourceHash(css)}'`,
    `script-src '${sourceHash(script)}'`,
    "worker-src blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const parts: Readonly<Record<string, string>> = {
    POLICY: policy,
    NOTICE: isSyntheticLog(summary.origin) ? `<p class="synthetic" role="note">${SYNTHETIC_NOTICE}</p>` : "",
    STYLE: `<style>${css}</style>`,
    // The parser ends a block at the first end tag in it, and JSON can be written without one.
    SUMMARY: `<script type="application/json" id="summary">${JSON.stringify(summary).replaceAll("<", "\\u003c")}</script>`,
    VERIFIER: `<script type="text/plain" id="verifier">${verifier}</script>`,
    SCRIPT: `<script>${script}</script>`,
  };
  return html.replaceAll(
    /<!-- ([A-Z]+) -->|POLICY/g,
    (place, name: string | undefined) => parts[name ?? place] ?? place,
  );
}

function sourceHash(text: string): string {
  return `sha256-${hash("sha256", text, "base64")}`;
}
