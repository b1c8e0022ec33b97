import { counted } from "../../model/index.ts";
import type { InvitationResult, RevocationResult, SensorsResult, SensorView } from "../../contract/index.ts";
import { MOST_ROWS, type Page } from "../screen/page.ts";
import { toned, type Tone } from "../screen/style.ts";
import { roughly, utcAndLocal } from "../screen/time.ts";

const TONES: Readonly<Record<SensorView["state"], Tone>> = {
  reporting: "good",
  silent: "bad",
  "never-reported": "warn",
  revoked: "faint",
};

/** A smaller clock offset cannot be distinguished from the delay of a request; in milliseconds. */
const SKEW_WORTH_SAYING = 2_000;

export function showSensors(page: Page, result: SensorsResult): void {
  const { sensors, invitations } = result;
  if (sensors.length === 0) {
    page.say`No sensors on other machines. Next: portolan sensors enrol NAME makes a token for one.`;
  }
  for (const sensor of sensors.slice(0, MOST_ROWS)) showSensor(page, sensor);
  if (sensors.length > MOST_ROWS) page.say`and ${sensors.length - MOST_ROWS} more (--json shows all)`;
  if (invitations.length > 0) page.blank();
  for (const { name, expiresAt, requestedBy } of invitations.slice(0, MOST_ROWS)) {
    page.say`${name} can enrol until ${utcAndLocal(expiresAt, page.style)}, invited by ${requestedBy}`;
  }
}

function showSensor(page: Page, sensor: SensorView): void {
  const { style } = page;
  page.say`${toned("strong", sensor.name)} ${toned(TONES[sensor.state], sensor.state)} on ${sensor.host}: ${counted(sensor.listeners, "listener")}, seen from ${sensor.vantage}`;
  if (sensor.revokedAt !== undefined) page.say`  revoked ${utcAndLocal(sensor.revokedAt, style)}`;
  if (sensor.lastReportAt !== undefined) page.say`  last report ${utcAndLocal(sensor.lastReportAt, style)}`;
  if (sensor.skew !== undefined) {
    const { milliseconds, uncertainty } = sensor.skew;
    const off = Math.abs(milliseconds);
    const sure = `±${Math.max(1, Math.round(uncertainty))} ms`;
    if (off < SKEW_WORTH_SAYING) page.say`  its clock is right to within ${Math.round(off + uncertainty)} ms`;
    else {
      page.say`  ${toned("warn", `its clock is ${roughly(off)} ${milliseconds > 0 ? "ahead" : "behind"}`)} (${Math.round(milliseconds)} ms ${sure}); its reports carry the server's time`;
    }
  }
  if (sensor.lastGap !== undefined) {
    const { from, to, cause } = sensor.lastGap;
    page.say`  ${counted(sensor.gaps, "gap")}, the last from ${utcAndLocal(from, style)} to ${utcAndLocal(to, style)} (${cause})`;
  }
}

export function showInvitation(page: Page, { name, token, expiresAt }: InvitationResult): void {
  page.say`${toned("strong", name)} can enrol once until ${utcAndLocal(expiresAt, page.style)}. The token is not shown again:`;
  page.blank();
  page.verbatim(token);
  page.blank();
  page.say`On that machine, store it in a file that only the sensor's user can read, then run:`;
  page.verbatim("  portolan sensor --server https://THIS-SERVER:4600 --token-file FILE");
}

export function showRevocation(page: Page, { name, revokedAt }: RevocationResult): void {
  page.say`${toned("strong", name)} was revoked ${utcAndLocal(revokedAt, page.style)}. Its earlier reports stay in the record.`;
}
