import { counted } from "../../model/index.ts";
import type { ClockAcceptedResult, ClockResult } from "../../contract/index.ts";
import type { Page } from "../screen/page.ts";
import { toned } from "../screen/style.ts";
import { roughly, utcAndLocal } from "../screen/time.ts";

export function showClock(page: Page, { at, recordedUntil, ahead }: ClockResult): void {
  page.say`The clock of this machine says ${utcAndLocal(at, page.style)}.`;
  if (recordedUntil === undefined) {
    page.say`The record is empty.`;
    return;
  }
  page.say`The record has entries until ${utcAndLocal(recordedUntil, page.style)}.`;
  if (!ahead) return;
  page.say`${toned("bad", `THE RECORD IS AHEAD OF THE CLOCK by ${roughly(Date.parse(recordedUntil) - Date.parse(at))}.`)} Sweeps, imports and sensors are refused until it is not.`;
  page.say`Next: if the clock is right now, portolan clock accept; otherwise correct the clock.`;
}

export function showClockAccepted(page: Page, result: ClockAcceptedResult): void {
  page.say`Recorded as entry ${String(result.entry)}: the clock is right now, and ran ahead before.`;
  page.say`${toned("warn", "Unknown:")} what was recorded with times from ${utcAndLocal(result.at, page.style)} to ${utcAndLocal(result.aheadUntil, page.style)}, with ${counted(result.runs, "run")} of sweeps.`;
  page.say`Next: portolan sweep`;
}
