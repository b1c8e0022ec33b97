import type { ExportedFindings, ExportRequest, FindingsFilter } from "../contract/index.ts";
import { EXPORT_MEDIA, worstFirst } from "../contract/index.ts";
import { renderSheet, sheetOf, type Sheet } from "../judgement/exports/index.ts";
import { findingCounts, listFindings, pageOfFindings } from "../judgement/findings/index.ts";
import { Fault, formatInstant, isOpen, type Clock, type Instant } from "../model/index.ts";
import { latestScope } from "../scope/index.ts";
import type { Db, Store } from "../platform/storage/index.ts";
import { isSyntheticRecord } from "../record/evidence/index.ts";
import { latestLook, type LatestLook } from "../record/history/index.ts";
import { pageOfSweeps, type StoredSweep } from "../watching/sweeps/index.ts";
import { boundAfter } from "./bound-since.ts";
import { at } from "./history.ts";
import type { OperationDeps } from "./operation-deps.ts";
import { findingViews, firstOpened } from "./finding-views.ts";
import { reportedSocketsAt } from "./host-sockets.ts";

/**
 * Findings as they are now, for another program or a person, with what the list itself does not show: how much of the
 * scope is unknown, and whether any sweep has finished. Reads the record and writes nothing.
 */
export async function exportFindings(
  deps: Pick<OperationDeps, "clock" | "version"> & { readonly store: Pick<Store, "db"> },
  { format, mailFrom, mailTo, ...filter }: ExportRequest,
): Promise<ExportedFindings> {
  if (format !== "mail" && (mailFrom !== undefined || mailTo !== undefined)) {
    throw new Fault("config-invalid", `${format} has no sender and no recipients.`, {
      place: mailTo === undefined ? "mailFrom" : "mailTo",
      next: "Leave sender and recipients out, or choose the format mail.",
    });
  }
  const { store, clock, version = "" } = deps;
  const now = clock.now();
  // Coverage and list have to be of the same moment: a sweep that ends in between would be counted but not shown.
  const sheet = await store.db
    .transaction()
    .setIsolationLevel("repeatable read")
    .setAccessMode("read only")
    .execute(async (tx) => await readSheet(tx, filter, { now, clock, version }));
  return {
    fileName: `portolan-findings-${formatInstant(now)
      .replace(/\.\d+Z$/, "Z")
      .replaceAll(":", "")}.${EXPORT_MEDIA[format].extension}`,
    findings: sheet.total,
    open: sheet.open,
    content: await begun(renderSheet(sheet, format, { mailFrom, mailTo })),
  };
}

async function readSheet(
  db: Db,
  filter: FindingsFilter,
  { now, clock, version }: { readonly now: Instant; readonly clock: Clock; readonly version: string },
): Promise<Sheet> {
  const { status, ...further } = filter;
  const onlyStatus = Object.values(further).every((value) => value === undefined);
  const findings = onlyStatus ? await listFindings(db, { status }) : await pageOfFindings(db, filter);
  const scope = await latestScope(db);
  const { vantage, counts, hosts } = await at(db, clock, { at: now, vantage: filter.vantage });
  const [[lastSweep], lastLook] = [await pageOfSweeps(db, { verdict: ["complete"], limit: 1 }), await latestLook(db)];
  const gaps = (await findingCounts(db)).filter((group) => group.kind === "coverage-gap" && isOpen(group));
  return sheetOf({
    at: now,
    version,
    scope: scope === undefined ? undefined : { name: scope.scope.name, version: scope.version },
    synthetic: await isSyntheticRecord(db),
    filter,
    // Without the listeners of this machine, which are not in the record: the same record gives the same bytes.
    findings: (await findingViews(findings, () => reportedSocketsAt(db, now))).sort(worstFirst),
    openGaps: gaps.reduce((sum, { count }) => sum + count, 0),
    coverage: {
      vantage,
      known: counts.open + counts.closed + counts.filtered,
      silent: counts["no-response"] + counts.unreachable,
      unknown: counts.unknown,
      hosts,
    },
    boundSince: await boundAfter(db, firstOpened(findings)),
    lastSweep: later(lastSweep, lastLook),
  });
}

function later(sweep: StoredSweep | undefined, look: LatestLook | undefined): LatestLook | undefined {
  if (sweep?.endedAt === undefined || sweep.endedAt < (look?.endedAt ?? 0)) return look;
  return { endedAt: sweep.endedAt, vantage: sweep.vantage };
}

/** The same pieces, with the first one already rendered, so that a failure is thrown before anything was sent. */
async function begun(pieces: AsyncGenerator<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const first = await pieces.next();
  return (async function* () {
    if (first.done !== true) yield first.value;
    yield* pieces;
  })();
}
