import { afterAll, beforeAll, expect, it } from "vitest";
import { eachDatabase } from "../../../../test/databases.ts";
import { MINUTE, START, sweepsInto, type Cell } from "../../../../test/fixtures/stored-sweeps.ts";
import { unionOf } from "../../../scope/index.ts";
import type { Store } from "../../../platform/storage/index.ts";
import { diffAt, openEndpoints, viewAt } from "./as-of-store.ts";
import { gapsIn } from "./gap-store.ts";
import { setHistoryBack } from "./set-back.ts";
import { recording } from "../../../../test/recording.ts";

const HOST = "192.0.2.1";
const STEP = START + 10 * MINUTE;
const FUTURE = START + 80 * MINUTE;

eachDatabase("a history that is set back", (open) => {
  let store: Store;
  let { freshVantage, observed, sweep, asset } = {} as ReturnType<typeof sweepsInto>;
  beforeAll(async () => {
    store = await open();
    ({ freshVantage, observed, sweep, asset } = sweepsInto(store));
  });
  afterAll(() => store.close());

  const first: Cell[] = [
    [HOST, 80, "open"],
    [HOST, 81, "closed"],
    [HOST, 82, "closed"],
  ];
  const ahead: Cell[] = [
    [HOST, 80, "closed"],
    [HOST, 81, "open"],
    [HOST, 82, "closed"],
  ];
  const after: Cell[] = [
    [HOST, 80, "open"],
    [HOST, 81, "closed"],
    [HOST, 82, "open"],
  ];

  it("answers as if it had never seen the future", async () => {
    const [stepped, plain] = [freshVantage(), freshVantage()];
    const assets = [asset("80-82", 30 * MINUTE, [HOST])];
    const answers = async (vantage: string) => ({
      views: await Promise.all(
        [0, 5, 10, 12, 41, 42, 79, 80, 81, 100].map(async (minute) => {
          const views = await viewAt(store.db, { at: START + minute * MINUTE, vantage, assets });
          return views.map((view) => ({ ...view, unknownPorts: view.unknownPorts.format() }));
        }),
      ),
      gaps: await gapsIn(store.db, { from: START, to: START + 100 * MINUTE, vantage, assets }),
      changes: await diffAt(store.db, {
        from: START + 5 * MINUTE,
        to: START + 12 * MINUTE,
        vantage,
        assetsFrom: assets,
        assetsTo: assets,
      }),
      open: await openEndpoints(store.db, { vantage, addresses: unionOf(assets.map(({ addresses }) => addresses)) }),
    });

    for (const vantage of [stepped, plain]) await sweep(vantage, [observed(START, START + 1, first)]);
    await sweep(stepped, [observed(FUTURE, FUTURE + 1, ahead)]);
    expect(
      await recording(store, (tx) => setHistoryBack({ tx, at: STEP, append: () => undefined }, STEP)),
    ).toMatchObject({ runs: 1 });
    expect(
      await recording(store, (tx) => setHistoryBack({ tx, at: STEP, append: () => undefined }, STEP)),
    ).toMatchObject({ runs: 0 });
    expect(await answers(stepped)).toEqual(await answers(plain));

    for (const vantage of [stepped, plain]) {
      expect(await sweep(vantage, [observed(STEP + MINUTE, STEP + MINUTE + 1, after)])).toMatchObject({
        opened: 1,
        ignoredOutOfOrder: 0,
      });
    }
    const answered = await answers(stepped);
    expect(answered).toEqual(await answers(plain));
    expect(answered.views.at(-3)).toMatchObject([{ answer: "unknown" }]);
  });
});
