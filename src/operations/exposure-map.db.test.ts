// @module-tag long
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshPlace, STORE_KINDS, type Place } from "../../test/databases.ts";
import { exposureIntervalsResult, exposureMapResult, type ExposureIntervalsResult } from "../contract/index.ts";
import { openStore, type Store } from "../platform/storage/index.ts";
import { restoreRecord } from "./backup.ts";
import { createExposure } from "./exposure.ts";
import { createHistory } from "./history.ts";

/** Three days of a record: two vantage points, imports, undeclared hosts, and time in which nobody looked. */
const FIXTURE = join(import.meta.dirname, "../../test/fixtures/upgrades/schema-8.backup");
const HOUR = 3_600_000;

/** `a2c` as `aac`. */
function spelledOut(runs: string): string {
  return runs.replace(/([a-z])(\d+)/g, (_run, code: string, count: string) => code.repeat(Number(count)));
}

interface Table {
  readonly vantagePoints: readonly { readonly name: string }[];
  readonly ports: readonly { readonly transport: string; readonly port: number }[];
  readonly rows: { readonly asset: readonly string[]; readonly addresses: readonly string[] };
  readonly patterns: readonly string[];
  readonly cells: readonly (readonly number[])[];
}

/** The code of each cell by vantage point, asset, address and port. */
function cellsOf(table: Table, codeOf: (vantage: number, row: number, column: number) => string): Map<string, string> {
  const cells = new Map<string, string>();
  for (const [vantage, { name }] of table.vantagePoints.entries()) {
    for (const [row, asset] of table.rows.asset.entries()) {
      for (const [column, { transport, port }] of table.ports.entries()) {
        const key = `${name} ${asset} ${table.rows.addresses[row]} ${transport}/${port}`;
        cells.set(key, codeOf(vantage, row, column));
      }
    }
  }
  return cells;
}

/** A naive reading of the intervals at an instant: everything that is stated up to it is written over what was before. */
function foldedAt(table: ExposureIntervalsResult, at: number): Map<string, string> {
  const time = at - Date.parse(table.from);
  const { changes, unknown, times, columnSets } = table;
  const spelled = table.patterns.map(spelledOut);
  const codes = table.cells.map((rows) => rows.map((pattern) => [...spelled[pattern]!]));
  for (const [index, changed] of [...changes.code].entries()) {
    const row = codes[changes.vantage[index]!]![changes.row[index]!]!;
    if (times[changes.time[index]!]! <= time) row[changes.port[index]!] = changed;
  }
  for (const [index, set] of unknown.columns.entries()) {
    if (times[unknown.from[index]!]! > time || time >= times[unknown.to[index]!]!) continue;
    const spans = columnSets[set]!.split(",").map((text) => text.split("-").map(Number));
    for (const [first, last = first] of spans)
      codes[unknown.vantage[index]!]![unknown.row[index]!]!.fill("u", first, last! + 1);
  }
  return cellsOf(table, (vantage, row, column) => codes[vantage]![row]![column]!);
}

describe.each(STORE_KINDS)("the exposure map (%s)", (kind) => {
  let place: Place;
  let store: Store;
  let now = 0;
  const operations = () => createExposure({ store, clock: { now: () => now } });
  const mapAt = async (at: number) => {
    const map = exposureMapResult.parse(await operations().map({ at }));
    return {
      map,
      cells: cellsOf(map, (vantage, row, column) => spelledOut(map.patterns[map.cells[vantage]![row]!]!)[column]!),
    };
  };
  beforeAll(async () => {
    place = await freshPlace(kind, "empty");
    await restoreRecord(place, () => createReadStream(FIXTURE));
    store = await openStore(place);
    // The restore is an entry of today.
    const { rows } = await sql<{ at: Date }>`SELECT max(ended_at) AS at FROM sweep`.execute(store.db);
    now = rows[0]!.at.getTime() + 60_000;
  }, 120_000);
  afterAll(async () => {
    await store.close();
    await place.remove();
  });

  it("says of each open endpoint what the exposure of the endpoint says", async () => {
    const codes = new Set<string>();
    for (let at = now; at > now - 72 * HOUR; at -= 7 * HOUR) {
      const { map, cells } = await mapAt(at);
      const { endpoints, vantagePoints, omitted } = await operations().get({ at });
      expect(map.vantagePoints.map(({ name }) => name)).toEqual(vantagePoints.map(({ name }) => name));
      const open = [...cells].filter(([, code]) => "anewp".includes(code));
      const listed = endpoints.reduce((sum, { openFrom }) => sum + openFrom.length, 0);
      // The other answer lists a thousand endpoints at most.
      expect(omitted > 0 ? open.length > listed : open.length === listed).toBe(true);
      const byEndpoint = new Map([...cells].map(([key, code]) => [key.replace(/^(\S+) .* (\S+ \S+)$/, "$1 $2"), code]));
      for (const { address, transport, port, seen } of endpoints) {
        for (const { vantage, state, allowed } of seen) {
          const key = `${vantage} ${address} ${transport}/${port}`;
          const code = byEndpoint.get(key) ?? "missing";
          const expected = {
            open: "anewp",
            closed: "c",
            filtered: "f",
            "no-response": "s",
            unreachable: "r",
            unknown: "ux",
          }[state];
          expect([at, key, expected.includes(code), code]).toEqual([at, key, true, code]);
          if (state === "open") expect([key, code === "a"]).toEqual([key, allowed === true]);
          codes.add(code);
        }
      }
    }
    expect([...codes]).toEqual(expect.arrayContaining(["a", "n", "w"]));
  });

  it("has a cell for each open port of each asset, and never calls unknown closed", async () => {
    const at = now - 20 * HOUR;
    const { map, cells } = await mapAt(at);
    const { assets, vantage } = await createHistory({ store, clock: { now: () => now } }).at({ at });
    for (const { asset, open, counts } of assets) {
      for (const { address, transport, port } of open)
        expect(cells.get(`${vantage} ${asset.replace(" (undeclared)", "")} ${address} ${transport}/${port}`)).toMatch(
          /[anewp]/,
        );
      if (Object.entries(counts).every(([state, count]) => state === "unknown" || count === 0)) {
        const own = [...cells].filter(([key]) => key.startsWith(`${vantage} ${asset} `));
        expect(own.map(([, code]) => code).filter((code) => code !== "u" && code !== "x")).toEqual([]);
      }
    }
    expect(map.rows.asset.length).toBe(map.cells[0]!.length);
  });

  it("folds to the same cells at any instant of a period", async () => {
    const from = now - 70 * HOUR;
    const table = exposureIntervalsResult.parse(await operations().intervals({ from, to: now }));
    const seen = new Set<string>();
    let compared = 0;
    for (let at = from + HOUR; at < now; at += 5 * HOUR + 7 * 60_000) {
      const { cells } = await mapAt(at);
      const folded = foldedAt(table, at);
      for (const [key, code] of cells) {
        const then = folded.get(key);
        if (then === undefined) continue;
        compared += 1;
        seen.add(then);
        // In a period, what was never open is known or unknown; a single instant knows which of the other states it was.
        const isSame =
          then === code || (then === "k" && "cfsr".includes(code)) || ("ux".includes(then) && "ux".includes(code));
        expect([new Date(at).toISOString(), key, code, isSame ? code : then]).toEqual([
          new Date(at).toISOString(),
          key,
          code,
          code,
        ]);
      }
      const open = [...cells].filter(([, code]) => "anewp".includes(code)).map(([key]) => key);
      expect(open.filter((key) => !folded.has(key))).toEqual([]);
    }
    expect(compared).toBeGreaterThan(500);
    expect([...seen]).toEqual(expect.arrayContaining(["a", "n", "k", "u", "c"]));
  });

  it("answers about one asset as it does about all", async () => {
    const from = now - 70 * HOUR;
    const whole = await operations().intervals({ from, to: now });
    const [asset = ""] = whole.rows.asset.filter((_name, row) => whole.rows.declared[row] === 1);
    const part = await operations().intervals({ from, to: now, asset });
    expect(new Set(part.rows.asset)).toEqual(new Set([asset]));
    for (let at = from + HOUR; at < now; at += 9 * HOUR) {
      const all = foldedAt(whole, at);
      for (const [key, code] of foldedAt(part, at))
        if (all.has(key)) expect([at, key, code]).toEqual([at, key, all.get(key)]);
    }
    await expect(operations().intervals({ from, to: now, asset: "nobody-9" })).rejects.toThrow("No asset named");
  });

  it("answers about the whole record without a beginning, and refuses a period that ends before it", async () => {
    const table = await operations().intervals({ to: now });
    expect(Date.parse(table.from)).toBeLessThan(now - 48 * HOUR);
    expect(table.times.every((time, index) => index === 0 || time > table.times[index - 1]!)).toBe(true);
    await expect(operations().intervals({ from: now, to: now - HOUR })).rejects.toThrow("ends before it begins");
    await expect(operations().map({ at: now + HOUR })).rejects.toThrow("in the future");
  });
});
