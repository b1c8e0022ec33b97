import { Fault, type Instant } from "../../model/index.ts";
import { RETENTION_KINDS, type RetentionKind } from "./kinds.ts";

/** How long each kind is kept, in months of the calendar. */
export type Periods = Readonly<Record<RetentionKind, number>>;

const SIX_YEARS = 72;
/** PCI DSS 10.5.1 wants twelve months of history, so less has to be meant. */
const A_YEAR = 12;
const MOST_MONTHS = 1_200;

export const DEFAULT_PERIODS: Periods = {
  sweeps: SIX_YEARS,
  intervals: SIX_YEARS,
  findings: SIX_YEARS,
  access: SIX_YEARS,
};

/** What retention keeps of a kind: everything that ended after this instant. Months are those of the calendar in UTC. */
export function cutOff(periods: Periods, kind: RetentionKind, now: Instant): Instant {
  const date = new Date(now);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() - periods[kind]);
  // The last day of a month that has fewer days.
  const days = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, days));
  return date.getTime();
}

/** @throws Fault `config-invalid` for periods that would leave wrong answers, or too little without being meant */
export function refusePeriods(periods: Periods, before: Periods, allowShort: boolean): void {
  for (const kind of RETENTION_KINDS) {
    const months = periods[kind];
    if (!Number.isInteger(months) || months < 1 || months > MOST_MONTHS) {
      throw new Fault("config-invalid", `${kind} would be kept for ${months} months.`, {
        place: kind,
        next: `Keep it for 1 to ${MOST_MONTHS} months.`,
      });
    }
    if (months < A_YEAR && months < before[kind] && !allowShort) {
      throw new Fault("config-invalid", `${kind} would be kept for ${monthsText(months)}, less than a year.`, {
        place: kind,
        next: "Auditors commonly require twelve months (PCI DSS 10.5.1). If it is meant, repeat the command with --allow-under-a-year.",
      });
    }
  }
  if (periods.intervals < periods.sweeps) {
    throw new Fault(
      "config-invalid",
      `States would be kept for ${monthsText(periods.intervals)}, and the sweeps that saw them for ${monthsText(periods.sweeps)}.`,
      {
        place: "intervals",
        next: "Keep intervals for at least as long as sweeps: a sweep without its states would answer wrongly.",
      },
    );
  }
}

/** `6 years`, `18 months`. */
export function monthsText(months: number): string {
  if (months % 12 !== 0) return months === 1 ? "1 month" : `${months} months`;
  return months === 12 ? "1 year" : `${months / 12} years`;
}
