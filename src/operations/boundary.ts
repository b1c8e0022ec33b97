import { basename } from "node:path";
import type { BoundaryResult, Operations } from "../contract/index.ts";
import { Fault, formatInstant } from "../model/index.ts";
import { printable } from "../platform/documents/index.ts";
import {
  BOUNDARY_DISPOSITIONS,
  LARGEST_SOURCE,
  latestSources,
  readSource,
  reconcile,
  recordSource,
  recordsOf,
  retireSource,
  type BoundaryLine,
  type BoundarySource,
  type SourceRecord,
  type StoredSource,
} from "../proof/boundary/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { formatRange, type AddressSet } from "../scope/index.ts";
import { transferConfigured } from "./boundary-config.ts";
import { declaredBoundary } from "./declared-boundary.ts";
import type { OperationDeps } from "./operation-deps.ts";
import { refuseFuture } from "./scope-then.ts";

const MOST_RANGES = 1_000;

type Asked<Name extends keyof Operations["boundary"]> = Parameters<Operations["boundary"][Name]>[0];

/** What other systems say belongs to the boundary: taken in, and reconciled with the scope. */
export function createBoundary(
  deps: Pick<OperationDeps, "store" | "clock" | "key" | "scopeAsRecorded" | "boundary">,
): Operations["boundary"] {
  return {
    show: (query) => boundary(deps, query ?? {}),
    record: (request) => record(deps, request),
    transfer: (request) => transfer(deps, request),
    retire: (request) => retire(deps, request),
  };
}

async function boundary(
  { store: { db }, clock, scopeAsRecorded }: Parameters<typeof createBoundary>[0],
  { disposition: wanted }: NonNullable<Asked<"show">>,
): Promise<BoundaryResult> {
  const scope = await scopeAsRecorded();
  const at = clock.now();
  const stored = await latestSources(db);
  const sources = await Promise.all(stored.map((source) => withRecords(db, source)));
  const declared = await declaredBoundary(db, scope, at);
  const { lines, unknown } = reconcile(sources, declared);
  const answering = declared.answering.intersect(unknown);
  return {
    schema: "portolan.boundary/1",
    at: formatInstant(at),
    scopeVersion: scope.version.version,
    vantagePoints: [scope.resolved, ...scope.others].map(({ viewpoint }) => viewpoint.name),
    sources: stored.map((source, place) => sourceView(source, sources[place]?.records.length ?? 0)),
    lines: lines.filter(({ disposition }) => wanted?.includes(disposition) !== false).map(lineView),
    totals: Object.fromEntries(
      BOUNDARY_DISPOSITIONS.map((each) => [each, lines.filter(({ disposition }) => disposition === each).length]),
    ) as BoundaryResult["totals"],
    unknownToSources: {
      ranges: rangesOf(unknown),
      omitted: Math.max(0, unknown.ranges.length - MOST_RANGES),
      answering: rangesOf(answering),
      answeringOmitted: Math.max(0, answering.ranges.length - MOST_RANGES),
    },
  };
}

async function record(
  { store, clock, key, scopeAsRecorded }: Parameters<typeof createBoundary>[0],
  request: Asked<"record">,
): ReturnType<Operations["boundary"]["record"]> {
  const { file: called, kind, origin, asOf, asOfFrom, requestedBy: by } = request;
  const columns = { addresses: request.addressColumn, name: request.nameColumn };
  const now = clock.now();
  refuseFuture([asOf], now);
  const file = contentOf(request.content, called);
  const read = readNamed(() => readSource(file, { kind, origin, columns, asOf }), called);
  // The scope that it is compared with is recorded before it.
  await scopeAsRecorded();
  const name = printable(request.name ?? basename(called.replaceAll("\\", "/")), 200);
  const source = await recordSource({ store, key }, now, { name, file, asOf, asOfFrom, by }, read);
  return {
    schema: "portolan.boundary-import/1",
    source: sourceView(source, read.records.length),
    examples: [...read.leftOut.examples],
  };
}

async function transfer(
  deps: Parameters<typeof createBoundary>[0],
  { zone, name: given, requestedBy: by }: Asked<"transfer">,
): ReturnType<Operations["boundary"]["transfer"]> {
  const { store, clock, key, scopeAsRecorded } = deps;
  const { server, transferred } = await transferConfigured(deps, zone);
  const file = Buffer.from(transferred.text);
  const name = given ?? printable(`${server.zone}@${server.host}`, 200);
  const [now, columns] = [clock.now(), { addresses: undefined, name: undefined }];
  const read = readNamed(() => readSource(file, { kind: "zone", columns, asOf: now }), name);
  await scopeAsRecorded();
  const times = { asOf: now, asOfFrom: "transfer" } as const;
  const source = await recordSource({ store, key }, now, { name, file, by, ...times }, { ...read, format: "axfr" });
  return {
    schema: "portolan.boundary-import/1",
    source: sourceView(source, read.records.length),
    examples: [...read.leftOut.examples],
  };
}

async function retire(
  { store, clock, key }: Parameters<typeof createBoundary>[0],
  { name, requestedBy: by }: Asked<"retire">,
): ReturnType<Operations["boundary"]["retire"]> {
  const source = await retireSource({ store, key }, clock.now(), { name, by });
  const { records } = await withRecords(store.db, source);
  return { schema: "portolan.boundary-retirement/1", source: sourceView(source, records.length) };
}

/** A fault in the file has the name of the file in front of its place. */
function readNamed(read: () => ReturnType<typeof readSource>, file: string): ReturnType<typeof readSource> {
  try {
    return read();
  } catch (problem) {
    if (!(problem instanceof Fault)) throw problem;
    const { code, message, place, next } = problem;
    const shown = printable(file, 300);
    const where = place === undefined ? shown : `${shown}:${place}`;
    throw new Fault(code, message, { place: where, next, cause: problem });
  }
}

async function withRecords(db: Db, { id, name }: StoredSource): Promise<BoundarySource> {
  const records: SourceRecord[] = [];
  for await (const each of recordsOf(db, id)) records.push(each);
  return { name, records };
}

function contentOf(base64: string, file: string): Uint8Array {
  const content = Buffer.from(base64, "base64");
  if (content.length > LARGEST_SOURCE) {
    throw new Fault("config-invalid", `It has more than ${LARGEST_SOURCE} bytes.`, {
      place: printable(file, 300),
      next: "Split it, and import each part under a name of its own (--name).",
    });
  }
  if (content.toString("base64") === base64) return content;
  throw new Fault("config-invalid", "`content` is not base64.", {
    next: "Send the unchanged file in base64, with padding and without line breaks.",
  });
}

function sourceView(source: StoredSource, records: number): BoundaryResult["sources"][number] {
  const { digest: sha256, asOf, recordedAt, ...same } = source;
  return { ...same, sha256, asOf: formatInstant(asOf), recordedAt: formatInstant(recordedAt), records };
}

function lineView({
  address,
  target,
  asset,
  reason,
  scannedAt,
  ...same
}: BoundaryLine): BoundaryResult["lines"][number] {
  return {
    ...(address === undefined ? {} : { address }),
    ...same,
    names: [...same.names],
    sources: [...same.sources],
    ...(target === undefined ? {} : { target }),
    ...(asset === undefined ? {} : { asset }),
    ...(reason === undefined ? {} : { reason }),
    ...(scannedAt === undefined ? {} : { scannedAt: formatInstant(scannedAt) }),
  };
}

function rangesOf({ ranges }: AddressSet): string[] {
  return ranges.slice(0, MOST_RANGES).map(formatRange);
}
