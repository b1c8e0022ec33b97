import type {
  HoldResult,
  HoldsResult,
  PrunedResult,
  RetentionResult,
  RetentionSetResult,
} from "../../contract/index.ts";
import { count, counted } from "../../model/index.ts";
import type { Page } from "../screen/page.ts";
import { toned } from "../screen/style.ts";
import { utcAndLocal } from "../screen/time.ts";

type Counts = RetentionResult["kinds"][number]["prunable"];

/** Tables as people read them. */
const WORDS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  look: ["look", "looks"],
  sweep: ["sweep", "sweeps"],
  coverage: ["run", "runs"],
  coverage_void: ["void run", "void runs"],
  coverage_set: ["set of states", "sets of states"],
  host_state: ["state of a host", "states of hosts"],
  endpoint_interval: ["state of an endpoint", "states of endpoints"],
  service_interval: ["service", "services"],
  finding: ["finding", "findings"],
  finding_episode: ["episode", "episodes"],
  finding_event: ["event", "events"],
};

export function showRetention(page: Page, result: RetentionResult): void {
  const { policy } = result;
  if (policy === undefined) page.say`Nobody has set a policy: everything is kept for six years.`;
  else {
    page.say`Policy ${String(policy.version)}, set by ${policy.setBy} at ${utcAndLocal(policy.setAt, page.style)}: ${policy.reason}`;
  }
  for (const each of result.kinds) {
    page.blank();
    page.say`${toned("strong", each.kind)}: ${each.about}`;
    page.say`  kept for ${monthsText(each.months)}: a pruning deletes what ended until ${utcAndLocal(each.cutOff, page.style)}`;
    page.say`  to delete now: ${countsText(each.prunable)}`;
    if (isSome(each.held)) page.say`  ${toned("warn", "kept by legal holds:")} ${countsText(each.held)}`;
    if (each.last !== undefined) {
      page.say`  last pruned at ${utcAndLocal(each.last.at, page.style)} by ${each.last.by}, until ${utcAndLocal(each.last.until, page.style)} (entry ${String(each.last.entry)})`;
    }
  }
  page.blank();
  page.say`Never deleted:`;
  for (const each of result.kept) page.say`  ${each}`;
  page.say`${counted(result.holds, "legal hold")} in force`;
}

export function showPruned(page: Page, { kinds }: PrunedResult): void {
  for (const each of kinds) {
    page.say`${toned("strong", each.kind)} until ${utcAndLocal(each.cutOff, page.style)}: ${isSome(each) ? countsText(each) : "nothing to delete"}`;
  }
}

export function showRetentionSet(page: Page, { version, months, reason }: RetentionSetResult): void {
  page.say`Recorded policy ${String(version)}: ${reason}`;
  for (const [kind, kept] of Object.entries(months)) page.say`  ${kind}: ${monthsText(kept)}`;
  page.say`Next: portolan retention prune --dry-run`;
}

export function showHold(page: Page, { hold }: HoldResult): void {
  page.say`Legal hold ${String(hold.hold)} ${hold.lifted === undefined ? "is in force" : "was lifted"}:`;
  line(page, hold);
}

export function showHolds(page: Page, { holds }: HoldsResult): void {
  if (holds.length === 0) page.say`There are no legal holds.`;
  for (const hold of holds) {
    page.say`${toned("strong", `Legal hold ${hold.hold}`)} ${hold.lifted === undefined ? "in force" : "lifted"}`;
    line(page, hold);
  }
}

function line(page: Page, { asset, from, to, reason, setAt, setBy, lifted }: HoldResult["hold"]): void {
  const until = to === undefined ? "until it is lifted" : `to ${utcAndLocal(to, page.style)}`;
  page.say`  ${asset === undefined ? "everything" : asset} from ${utcAndLocal(from, page.style)} ${until}`;
  page.say`  set by ${setBy} at ${utcAndLocal(setAt, page.style)}: ${reason}`;
  if (lifted !== undefined) {
    page.say`  lifted by ${lifted.by} at ${utcAndLocal(lifted.at, page.style)}: ${lifted.reason}`;
  }
}

function isSome({ rows, entries }: Counts): boolean {
  return entries > 0 || Object.values(rows).some((number) => number > 0);
}

function countsText({ rows, entries }: Counts): string {
  const parts = Object.entries(rows)
    .filter(([, number]) => number > 0)
    .map(([table, number]) => {
      const [one, many] = WORDS[table] ?? [table, table];
      return counted(number, one, many);
    });
  if (entries > 0) parts.push(`bodies of ${counted(entries, "entry", "entries")}`);
  return parts.length === 0 ? "nothing" : parts.join(", ");
}

function monthsText(months: number): string {
  return months % 12 === 0 ? counted(months / 12, "year") : `${count(months)} months`;
}
