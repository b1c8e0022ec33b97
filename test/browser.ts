import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type Browser } from "playwright-core";
import { describe } from "vitest";

/** What Debian, other distributions and Google call it. */
const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** A suite that needs a browser: where the machine has none it is skipped, and its name says so. */
export function describeBrowser(title: string, body: () => void): void {
  if (chromiumPath() === undefined) describe.skip(`${title}: needs chromium, and there is none in PATH`, body);
  else describe(title, body);
}

export async function launchBrowser(): Promise<Browser> {
  // Its own sandbox takes rights that a container does not give; the pages are this project's.
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
