import type { DoctorResult } from "../../contract/index.ts";
import { commandsAsRunHere } from "../program-name.ts";
import type { Page } from "../screen/page.ts";
import { toned, type Tone } from "../screen/style.ts";

const TONES: Readonly<Record<DoctorResult["checks"][number]["verdict"], Tone>> = {
  ok: "good",
  limited: "warn",
  broken: "bad",
};

export function showDoctor(page: Page, result: DoctorResult): void {
  const longest = Math.max(...result.checks.map((check) => check.name.length));
  for (const check of result.checks) {
    page.say`${toned(TONES[check.verdict], check.verdict.padEnd(7))} ${check.name.padEnd(longest)}  ${check.detail}`;
    if (check.fix !== undefined) page.say`          fix: ${commandsAsRunHere(check.fix, page.style.program)}`;
  }
}
