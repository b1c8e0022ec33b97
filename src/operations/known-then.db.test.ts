import { sql } from "kysely";
import { beforeEach, expect, it } from "vitest";
import { eachDatabase } from "../../test/databases.ts";
import { recording } from "../../test/recording.ts";
import { MINUTE, START, sweepsInto, type Cell } from "../../test/fixtures/stored-sweeps.ts";
import type { Store } from "../platform/storage/index.ts";
import { parseScope, recordAssetAddresses, recordScope, resolveScope } from "../scope/index.ts";
import { createHistory } from "./history.ts";

const SCOPE = `version: 1
name: small
systemTypes:
  server: { ports: "22,80", cadence: 1h, staleness: 2h }
targets:
  - { name: lan, addresses: [10.7.0.1], systemType: server }
assets:
  - { name: web-1, addresses: [10.7.0.1], systemType: server }
`;
const after = (minutes: number): number => START + minutes * MINUTE;

eachDatabase("an answer about the past", (open) => {
  let store: Store;
  beforeEach(async () => {
    store = await open();
    const scope = parseScope(SCOPE, "portolan.yaml", () => "");
    const resolved = await resolveScope(scope, { lookup: () => Promise.resolve([]), ownAddresses: () => [] });
    await recording(store, async (tx) => {
      await recordScope(tx, { scope, document: SCOPE, by: "jane", at: START });
      await recordAssetAddresses(tx, resolved, START);
    });
  });

  /** A sweep that observed the ports at `seen` and became part of the record at `recorded`, in minutes. */
  async function swept(seen: number, recorded: number, ssh: Cell[2], web: Cell[2]): Promise<void> {
    const { observed, sweep } = sweepsInto(store);
    const cells: Cell[] = [
      ["10.7.0.1", 22, ssh],
      ["10.7.0.1", 80, web],
    ];
    await sweep("inside", [observed(after(seen) - 1, after(seen), cells)], true, "import");
    const ended = sql`UPDATE sweep SET ended_at = ${new Date(after(seen))}, recorded_at = ${new Date(after(recorded))},
      verdict = 'complete' WHERE id = (SELECT max(id) FROM sweep)`;
    await recording(store, (tx) => ended.execute(tx));
  }

  const clock = { now: () => after(600) };
  async function counts(minute: number, known?: "then" | "now") {
    const { assets, ...rest } = await createHistory({ store, clock }).at({ at: after(minute), known });
    return { ...assets[0]?.counts, known: rest.known };
  }

  it("includes what was recorded later as known now, and leaves it out as known then", async () => {
    await swept(10, 11, "closed", "closed");
    await swept(20, 300, "open", "closed");
    await swept(30, 31, "closed", "open");

    expect(await counts(25)).toMatchObject({ open: 1, closed: 1, unknown: 0 });
    expect(await counts(25)).not.toHaveProperty("known", "then");
    expect(await counts(25, "then")).toMatchObject({ open: 0, closed: 2, unknown: 0, known: "then" });
    // Recorded by then, it had ended at the later sweep already.
    expect(await counts(29, "then")).toMatchObject({ open: 0, closed: 2 });
    expect(await counts(35, "then")).toMatchObject({ open: 1, closed: 1 });
    expect(await counts(10, "then")).toMatchObject({ unknown: 2 });
    expect(await counts(10)).toMatchObject({ closed: 2 });
  });

  it("keeps an interval open that a sweep ended which was recorded later", async () => {
    await swept(10, 11, "open", "closed");
    await swept(20, 300, "closed", "closed");
    expect(await counts(25)).toMatchObject({ open: 0, closed: 2 });
    expect(await counts(25, "then")).toMatchObject({ open: 1, closed: 1 });
    const history = createHistory({ store, clock });
    const period = { from: after(12), to: after(25) };
    expect((await history.diff(period)).changes).toHaveLength(1);
    expect(await history.diff({ ...period, known: "then" })).toMatchObject({ known: "then", changes: [] });
  });
});
