import type { ImportRequest, ImportResult, Operations } from "../contract/index.ts";
import { printable } from "../platform/documents/index.ts";
import { isAhead, recordChange } from "../record/change/index.ts";
import type { SigningKey } from "../record/evidence/index.ts";
import { readScan, type ImportedScan, type ScanClaim } from "../sensing/imports/index.ts";
import { counted, Fault, formatInstant, type Clock, type JsonValue } from "../model/index.ts";
import {
  addressSet,
  emptyAddressSet,
  formatAddresses,
  parsePorts,
  parseTarget,
  type AddressSet,
  type ResolvedScope,
  viewpointsOf,
} from "../scope/index.ts";
import type { Store } from "../platform/storage/index.ts";
import { assetIndex, recordImported } from "../watching/sweeps/index.ts";
import type { OperationDeps } from "./operation-deps.ts";
import type { ScopeInForce } from "./scope-in-force.ts";
import { sweepSummary } from "./views.ts";

const MOST_RANGES_SHOWN = 1_000;

interface ImportDeps {
  readonly store: Pick<Store, "transaction">;
  readonly clock: Clock;
  readonly key: SigningKey;
}

export function createImports(deps: OperationDeps): Operations["imports"] {
  return { run: async (request, content) => await importFile(deps, await deps.scope(), request, content) };
}

/** Reads a file of another scanner and adds its results inside the scope to the record. */
export async function importFile(
  deps: ImportDeps,
  scope: ScopeInForce,
  request: ImportRequest,
  content: AsyncIterable<Uint8Array>,
): Promise<ImportResult> {
  const { resolved, version } = scope;
  const vantage = checkedVantage(request.vantage, resolved);
  const claim = claimOf(request, resolved);
  const { format, thisMachine: onThisMachine = false } = request;
  const wanted = { format, boundary: resolved.boundary, onThisMachine, claim };
  const scan = await readScan(content, wanted).catch((problem: unknown) => {
    throw inFile(request.file, problem);
  });
  refuseFuture(scan, request.file, deps.clock);

  refuseNothing(scan, request.file);

  const { facts } = scan;
  const leftOut = { ...scan.leftOut };
  const claimed =
    claim === undefined
      ? undefined
      : {
          ports: claim.ports.format(),
          ...(claim.targets === undefined ? {} : { targets: formatAddresses(claim.targets, MOST_RANGES_SHOWN) }),
        };
  const parameters = {
    fileSha256: scan.digest,
    fileBytes: scan.bytes,
    fileName: printable(request.file, 300),
    scanner: facts.scanner,
    ...(facts.version === undefined ? {} : { version: facts.version }),
    ...(facts.commandLine === undefined ? {} : { commandLine: facts.commandLine }),
    ...(claimed === undefined ? {} : { claim: { ...claimed, by: request.requestedBy } }),
    ...(onThisMachine ? { thisMachine: { by: request.requestedBy } } : {}),
  } satisfies { [key: string]: JsonValue };

  const { sweep, folded } = await recordChange(deps, deps.clock.now(), (change) =>
    recordImported(
      change,
      {
        vantage,
        engine: facts.scanner,
        parameters,
        runs: scan.runs,
        counts: { ...scan.counts, "not-scanned": 0 },
        addresses: addressSet(scan.addresses.map((address) => ({ first: address, last: address }))),
        ports: scan.ports.format(),
        startedAt: scan.startedAt,
        endedAt: scan.endedAt,
        incomplete: facts.incomplete,
        leftOut,
        scopeVersion: version.version,
        requestedBy: request.requestedBy,
      },
      resolved,
    ),
  );

  const assetOf = assetIndex(resolved.assets);
  const { fileSha256: sha256, fileBytes: bytes, fileName: name, claim: _, thisMachine: __, ...file } = parameters;
  return {
    schema: "portolan.import/1",
    sweep: sweepSummary(sweep),
    scopeVersion: version.version,
    file: { name, sha256, bytes, ...file },
    ...(claimed === undefined ? {} : { claim: claimed }),
    addresses: scan.addresses.length,
    ports: scan.ports.format(),
    open: scan.open.map((endpoint) => {
      const asset = assetOf(endpoint.address)?.asset.name;
      return { ...(asset === undefined ? {} : { asset }), ...endpoint };
    }),
    opened: folded.opened,
    closed: folded.closed,
    ignoredOutOfOrder: folded.ignoredOutOfOrder,
    leftOut,
  };
}

/** The same fault with the name of the file in front of its place in the file. */
function inFile(name: string, problem: unknown): unknown {
  if (!(problem instanceof Fault) || problem.place?.startsWith("--") === true) return problem;
  const file = printable(name, 300);
  const place = problem.place === undefined ? file : `${file}:${problem.place}`;
  return new Fault(problem.code, problem.message, { place, next: problem.next, cause: problem });
}

/** Checked before the file is read: nobody should wait for a gigabyte to be read to learn this. */
function checkedVantage(vantage: string, resolved: ResolvedScope): string {
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,99}$/u.test(vantage)) {
    throw new Fault(
      "config-invalid",
      "The name of a vantage point consists of letters, digits, dots, dashes and underscores, and begins with a letter or digit.",
      {
        place: "--vantage",
        next: "Name the place that the other scanner scanned from, for example: outside.",
      },
    );
  }
  const ours = viewpointsOf(resolved.scope).find(({ name }) => name === vantage);
  if (ours === undefined) return vantage;
  const who = ours.own ? "this installation itself scans from" : "workers of this installation scan from";
  throw new Fault("conflict", `'${vantage}' is the vantage point that ${who}.`, {
    place: "--vantage",
    next: "Name the place that the other scanner scanned from, or leave --vantage out.",
  });
}

function claimOf(request: ImportRequest, resolved: ResolvedScope): ScanClaim | undefined {
  const { ports, targets } = request;
  if (ports === undefined) {
    if (targets.length === 0) return undefined;
    throw new Fault("config-invalid", "--targets states which addresses were scanned, but not which ports.", {
      place: "--targets",
      next: "Add --ports. For a file of nmap, which states both itself, leave --targets out instead.",
    });
  }
  const all = targets.map((target) => claimedTarget(target, resolved));
  return {
    ports: parsePorts(ports),
    ...(all.length === 0 ? {} : { targets: all.reduce((sum, each) => sum.union(each), emptyAddressSet) }),
  };
}

function claimedTarget(text: string, resolved: ResolvedScope): AddressSet {
  const named =
    resolved.assets.find(({ asset }) => asset.name === text) ??
    resolved.targets.find(({ target }) => target.name === text);
  if (named !== undefined) return named.addresses;
  const target = parseTarget(text);
  if (target.kind === "addresses") return target.set;
  throw new Fault(
    "config-invalid",
    "--targets accepts addresses, ranges, or names of assets and targets of the scope.",
    {
      place: "--targets",
      next: "Give the addresses that were scanned: a hostname may have resolved to other addresses then.",
    },
  );
}

/**
 * A file of which nothing can be recorded would otherwise be used up: after a mistake in the scope, it could not be
 * imported again.
 */
function refuseNothing({ addresses, leftOut, outside }: ImportedScan, file: string): void {
  if (addresses.length > 0) return;
  const [problem, next] =
    leftOut.outsideScope > 0
      ? [
          `No address of this file is inside the scope: ${counted(leftOut.outsideScope, "address", "addresses")} outside it, such as ${outside.join(", ")}.`,
          "Nothing was recorded. Declare the addresses in portolan.yaml and import the file again, or import a scan of the scope.",
        ]
      : leftOut.loopback > 0
        ? [
            "This file shows loopback addresses only: those of the machine that scanned, which no other machine can reach.",
            "Nothing was recorded. Add --this-machine if the scan ran on this machine, or scan the address that others reach it by.",
          ]
        : [
            `This file shows the state of no endpoint inside the scope: ${whyNothing(leftOut)}.`,
            "Nothing was recorded. Import a scan of ports: nmap -sS, -sT or -sU.",
          ];
  throw new Fault("config-invalid", problem, { place: printable(file, 300), next });
}

function whyNothing(leftOut: ImportedScan["leftOut"]): string {
  const parts = [
    [leftOut.hostsDown, "host", "down or given up"],
    [leftOut.hostsNotScanned, "host", "without a scan of ports"],
    [leftOut.notCovered, "endpoint", "without a definite state"],
    [leftOut.inferred, "endpoint", "of a scan type that infers states"],
    [leftOut.portZero, "record", "of port 0"],
    [leftOut.otherProtocol, "record", "of a protocol without ports of TCP or UDP"],
    [leftOut.unreadable, "record", "that cannot be read as an observation"],
  ] as const;
  const said = parts.filter(([number]) => number > 0).map(([number, noun, what]) => `${counted(number, noun)} ${what}`);
  return said.length === 0 ? "it lists none" : said.join(", ");
}

/** Nobody has seen the state of an instant that has not come. */
function refuseFuture(scan: ImportedScan, file: string, clock: Clock): void {
  const now = clock.now();
  if (!isAhead(scan.endedAt, now)) return;
  throw new Fault(
    "config-invalid",
    `The scan in this file ended at ${formatInstant(scan.endedAt)}, but it is ${formatInstant(now)} now.`,
    { place: printable(file, 300), next: "Correct the clock of the scanning machine, or of this one, and scan again." },
  );
}
