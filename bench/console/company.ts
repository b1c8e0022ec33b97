import type { CellCode, ExposureIntervalsResult, ExposureMapResult } from "../../src/contract/index.ts";
import { createDictionary, runsOf } from "../../src/record/exposure/index.ts";

/** A made-up company, the same in every run. */

const TYPES = 20;
const DAY = 864e5;

/** Numbers from 0 to 1, the same sequence for the same seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Axes extends Pick<
  ExposureMapResult,
  "vantagePoints" | "ports" | "omittedPorts" | "names" | "rows" | "omittedAddresses" | "findings"
> {}

function axesOf(hosts: number, ports: number): Axes {
  const names = createDictionary();
  const each = Array.from({ length: hosts }, (_, host) => host);
  return {
    vantagePoints: [
      { name: "inside", kind: "inside", own: true },
      { name: "internet", kind: "outside", own: false },
    ],
    ports: Array.from({ length: ports }, (_, at) => ({ transport: "tcp", port: portAt(at) })),
    omittedPorts: 0,
    rows: {
      asset: each.map((host) => `${["web", "db", "app", "mail", "print"][host % 5] ?? ""}-${host}`),
      declared: each.map((host) => (host % 211 === 0 ? 0 : 1)),
      addresses: each.map((host) => `10.${20 + (host >> 16)}.${(host >> 8) & 255}.${host & 255}`),
      segment: each.map((host) => names.indexOf(`segment-${Math.floor(host / 500)}`)),
      systemType: each.map((host) => names.indexOf(`type-${host % TYPES}`)),
      owner: each.map((host) => names.indexOf(`team-${host % 37}`)),
    },
    names: [...names.texts],
    omittedAddresses: 0,
    findings: { id: [], kind: [], row: [], port: [] },
  };
}

const KNOWN = [21, 22, 23, 25, 53, 80, 110, 143, 443, 445, 993, 995, 1433, 3306, 3389, 5432, 6379, 8080, 8443, 9200];

function portAt(at: number): number {
  return KNOWN[at] ?? 10_000 + at;
}

/**
 * The map of a company: hosts of a type have the same five ports open, and each host some of its own, `open` in all.
 * `regular`: the share of open ports that the type explains; 0 is the worst case for any compression.
 */
export function companyMap(
  hosts: number,
  ports: number,
  open: number,
  regular: number,
  vantages = 1,
): ExposureMapResult {
  const random = numbers(7);
  const patterns = createDictionary();
  const ofType = Array.from({ length: TYPES }, () =>
    Array.from({ length: Math.round((open / hosts) * regular) }, () => Math.floor(random() * ports)),
  );
  const cells = Array.from({ length: vantages }, (_, vantage) =>
    Array.from({ length: hosts }, (_, host) => {
      const isSilent = host % 97 === 5;
      const codes = Array.from({ length: ports }, (): CellCode => (isSilent ? "s" : vantage === 1 ? "f" : "c"));
      if (host % 131 === 3) codes.fill("u", 0, Math.floor(ports / 2));
      if (isSilent || (vantage === 1 && host % 10 > 0)) return patterns.indexOf(runsOf(codes));
      for (const column of ofType[host % TYPES] ?? []) codes[column] = "a";
      const own = (open / hosts) * (1 - regular) + random();
      for (let count = 0; count < own - 0.5; count += 1)
        codes[Math.floor(random() * ports)] = random() < 0.1 ? "n" : "a";
      return patterns.indexOf(runsOf(codes));
    }),
  );
  const axes = axesOf(hosts, ports);
  const flagged = Array.from({ length: hosts / 40 }, (_, at) => at * 40);
  return {
    schema: "portolan.exposure-map/1",
    at: "2026-03-14T09:00:00.000Z",
    scopeVersion: 3,
    baselineVersion: 2,
    ...axes,
    vantagePoints: axes.vantagePoints.slice(0, vantages),
    findings: {
      id: flagged.map((_, at) => at + 1),
      kind: flagged.map(() => "outdated-service" as const),
      row: flagged,
      port: flagged.map((host) => ofType[host % TYPES]?.[0] ?? 0),
    },
    patterns: [...patterns.texts],
    cells,
  };
}

/** A year of it: each host has some ports that open and close, and there are times in which nobody looked. */
export function companyYear(hosts: number, ports: number, changesAHost: number): ExposureIntervalsResult {
  const random = numbers(11);
  const from = Date.parse("2025-03-14T09:00:00.000Z");
  const changes = { vantage: [] as number[], row: [] as number[], port: [] as number[], time: [] as number[] };
  const at: number[] = [];
  let code = "";
  for (let row = 0; row < hosts; row += 1) {
    for (let tracked = 0; tracked < 8; tracked += 1) {
      const port = (row * 7 + tracked * 13) % ports;
      const times = Array.from({ length: Math.max(1, Math.round(changesAHost / 8)) }, () =>
        Math.floor(random() * 365 * DAY),
      );
      for (const [turn, time] of [0, ...times.sort((a, b) => a - b)].entries()) {
        changes.vantage.push(0);
        changes.row.push(row);
        changes.port.push(port);
        at.push(time);
        code += turn % 2 === 0 ? (random() < 0.05 ? "n" : "a") : "c";
      }
    }
  }
  const gaps = Array.from({ length: 40 }, () => Math.floor(random() * 360 * DAY));
  const unknown = gaps.flatMap((begins, gap) =>
    Array.from({ length: Math.ceil(hosts / 10) }, (_, row) => ({
      row: (row * 7 + gap) % hosts,
      begins,
      ends: begins + (1 + (gap % 9)) * 36e5,
    })),
  );
  const times = [...new Set([0, ...at, ...unknown.flatMap(({ begins, ends }) => [begins, ends])])].sort(
    (a, b) => a - b,
  );
  const indexOf = new Map(times.map((time, index) => [time, index]));
  const axes = axesOf(hosts, ports);
  return {
    schema: "portolan.exposure-intervals/1",
    from: new Date(from).toISOString(),
    to: new Date(from + 365 * DAY).toISOString(),
    ...axes,
    vantagePoints: axes.vantagePoints.slice(0, 1),
    times,
    patterns: [`k${ports}`],
    cells: [Array.from({ length: hosts }, () => 0)],
    changes: { ...changes, time: at.map((time) => indexOf.get(time) ?? 0), code },
    unknown: {
      vantage: unknown.map(() => 0),
      row: unknown.map(({ row }) => row),
      from: unknown.map(({ begins }) => indexOf.get(begins) ?? 0),
      to: unknown.map(({ ends }) => indexOf.get(ends) ?? 0),
      columns: unknown.map(() => 0),
    },
    columnSets: [`0-${ports - 1}`],
    episodes: { finding: [], from: [], to: [] },
  };
}
