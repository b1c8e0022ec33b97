import { recordChange } from "../../../record/change/index.ts";
import { isStale } from "../../../record/history/index.ts";
import { applyFindings, hasChanged, type Applied } from "../../../judgement/findings/index.ts";
import { formatDuration, formatInstant, sensorSubject, type Deviation, type Instant } from "../../../model/index.ts";
import { hostVantage } from "../vantage.ts";
import { patience } from "../silence.ts";
import type { EnrolmentDeps } from "./enrolment.ts";

/**
 * Opens a `coverage-gap` finding for each sensor that has been silent for too long. `heardSince`: since when a server
 * has been running to receive reports; silence from before does not count against a sensor. Its next report resolves
 * the finding.
 */
export async function openSilences(deps: EnrolmentDeps, heardSince: Instant): Promise<Applied[]> {
  const now = deps.clock.now();
  const sensors = await deps.store.db
    .selectFrom("sensor")
    .select(["name", "reported_at", "enrolled_at", "interval_ms"])
    .where("revoked_at", "is", null)
    .execute();
  const opened: Applied[] = [];
  for (const { name, reported_at, enrolled_at, interval_ms } of sensors) {
    const last = (reported_at ?? enrolled_at).getTime();
    if (!isStale(Math.max(last, heardSince), patience(interval_ms ?? undefined), now)) continue;
    const vantage = hostVantage(name);
    const applied = await recordChange(deps, now, async (change) => {
      // It may have reported since it was read; then there is nothing to report.
      const current = await change.tx
        .selectFrom("sensor")
        .select(["reported_at", "revoked_at"])
        .where("name", "=", name)
        .where("revoked_at", "is", null)
        .forUpdate()
        .executeTakeFirst();
      if (current === undefined || current.reported_at?.getTime() !== reported_at?.getTime()) return undefined;
      const seen = [silence(name, last, interval_ms)];
      return await applyFindings(change, { vantage, seen, only: ["open", "regress"] });
    });
    if (applied !== undefined && hasChanged(applied)) opened.push(applied);
  }
  return opened;
}

function silence(name: string, last: Instant, interval: number | null): Deviation {
  const every = interval === null ? "" : ` (it reports every ${formatDuration(interval)})`;
  return {
    kind: "coverage-gap",
    subject: sensorSubject(name),
    summary: `the sensor ${name} has been silent since ${formatInstant(last)}${every}: its current listeners are unknown`,
    endpoints: [],
    during: { from: last },
  };
}
