import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type Browser } from "playwright-core";
import { describe } from "vitest";

/** Its names in Debian, in other distributions and from Google. */
const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** A suite that needs a browser. On a machine without one it is skipped, and its name says why. */
export function describeBrowser(title: string, body: () => void): void {
  if (chromiumPath() === undefined) describe.skip(`${title}: needs chromium, and there is none in PATH`, body);
  else describe(title, body);
}

export async function launchBrowser(): Promise<Browser> {
  // Chromium's own sandbox needs privileges that a container lacks; the pages are this project's own.
  const args = ["--no-sandbox", "--disable-dev-shm-usage"];
  return await chromium.launch({ executablePath: chromiumPath() ?? "chromium", args });
}

function chromiumPath(): string | undefined {
  const directories = (process.env["PATH"] ?? "").split(delimiter).filter((path) => path !== "");
  return directories.flatMap((path) => NAMES.map((name) => join(path, name))).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
