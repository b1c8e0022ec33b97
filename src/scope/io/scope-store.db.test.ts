import { expect, test } from "vitest";
import { eachDatabase } from "../../../test/databases.ts";
import type { Scope } from "../../model/index.ts";
import { addressSet, type AddressRange } from "../address-set.ts";
import { parseScope, scopeDigest } from "../parse-scope.ts";
import type { ResolvedAsset } from "../resolve.ts";
import { assetAddressesAt, recordAssetAddresses } from "./asset-addresses.ts";
import { latestScope, recordScope, scopeInForce } from "./scope-store.ts";
import { recording } from "../../../test/recording.ts";

const NOON = Date.UTC(2026, 2, 14, 12);
const HOUR = 3_600_000;

function written(address: string): { scope: Scope; document: string } {
  const document = `version: 1 # ${address}\nname: lab\nsystemTypes: { host: { cadence: 1h } }\ntargets: [{ addresses: [${address}], systemType: host, tags: [Ünïcode, "a\\"b"] }]\nauthorizations: [{ reference: R, grantedBy: J, from: 2026-01-01, until: 2026-12-31, addresses: [198.51.100.7] }]\n`;
  return { document, scope: parseScope(document, "p.yaml", () => "") };
}

/** An asset as the resolver gives it, with these addresses. */
function asset(name: string, ...addresses: string[]): ResolvedAsset {
  return {
    asset: { name, addresses: [name], systemType: "host", tags: [] },
    addresses: addressSet(addresses.map((address) => ({ first: address, last: address }))),
    systemType: { name: "host", cadence: HOUR, staleness: 2 * HOUR, criticality: "normal", ports: "-" },
  };
}

const one = (address: string): AddressRange[] => [{ first: address, last: address }];

eachDatabase("scope versions", (open) => {
  test("count from one, keep the document verbatim, and are read back unchanged", async () => {
    const store = await open();
    const { db } = store;
    expect(await latestScope(db)).toBeUndefined();
    const first = written("10.0.0.1");
    const recorded = await recording(store, (tx) => recordScope(tx, { ...first, by: "jane", at: NOON }));
    expect(recorded).toEqual({
      version: {
        version: 1,
        digest: scopeDigest(first.scope),
        recordedAt: NOON,
        recordedBy: "jane",
        scope: first.scope,
      },
      changed: true,
    });
    expect(await latestScope(db)).toEqual(recorded.version);
    expect(await db.selectFrom("scope_version").select("document").execute()).toEqual([{ document: first.document }]);
    expect(scopeDigest((await latestScope(db))?.scope ?? first.scope)).toBe(recorded.version.digest);
  });

  test("a scope with the same meaning makes none; one that returns after another makes a new one", async () => {
    const store = await open();
    const record = async (of: { scope: Scope; document: string }, at: number): Promise<[number, boolean]> => {
      const { version, changed } = await recording(store, (tx) => recordScope(tx, { ...of, by: "jane", at }));
      return [version.version, changed];
    };
    expect(await record(written("10.0.0.1"), NOON)).toEqual([1, true]);
    expect(await record({ ...written("10.0.0.1"), document: "# other layout" }, NOON + 1)).toEqual([1, false]);
    expect(await record(written("10.0.0.2"), NOON + 2)).toEqual([2, true]);
    expect(await record(written("10.0.0.1"), NOON + 3)).toEqual([3, true]);
  });

  test("the one in force at an instant is the last recorded by then", async () => {
    const store = await open();
    const { db } = store;
    await recording(store, (tx) => recordScope(tx, { ...written("10.0.0.1"), by: "jane", at: NOON }));
    await recording(store, (tx) => recordScope(tx, { ...written("10.0.0.2"), by: "joe", at: NOON + HOUR }));
    const versionAt = async (at: number): Promise<number | undefined> => (await scopeInForce(db, at))?.version;
    expect(await versionAt(NOON - 1)).toBeUndefined();
    expect(await versionAt(NOON)).toBe(1);
    expect(await versionAt(NOON + HOUR - 1)).toBe(1);
    expect(await versionAt(NOON + HOUR)).toBe(2);
  });

  test("two who record at once take turns", async () => {
    const store = await open();
    const { db } = store;
    const addresses = Array.from({ length: 6 }, (_, host) => `10.0.0.${host}`);
    const results = await Promise.all(
      [...addresses, "10.0.0.5"].map((address) =>
        recording(store, (tx) => recordScope(tx, { ...written(address), by: "jane", at: NOON })),
      ),
    );
    const versions = await db.selectFrom("scope_version").select("version").orderBy("version").execute();
    expect(versions.map(({ version }) => version)).toEqual(versions.map((_, index) => index + 1));
    expect(versions).toHaveLength(results.filter(({ changed }) => changed).length);
  });

  test("a failed transaction leaves nothing", async () => {
    const store = await open();
    const { db } = store;
    const failing = recording(store, async (tx) => {
      await recordScope(tx, { ...written("10.0.0.1"), by: "jane", at: NOON });
      throw new Error("the power failed");
    });
    await expect(failing).rejects.toThrow("the power failed");
    expect(await latestScope(db)).toBeUndefined();
  });
});

eachDatabase("addresses of assets", (open) => {
  test("are written when they change, and known as of any instant", async () => {
    const store = await open();
    const { db } = store;
    const record = async (at: number, ...assets: ResolvedAsset[]): Promise<number> =>
      (await recording(store, (tx) => recordAssetAddresses(tx, { declared: assets }, at))).length;

    expect(await record(NOON, asset("web", "10.0.0.1"), asset("db", "10.0.0.2", "fd00::2"))).toBe(2);
    expect(await record(NOON + 1, asset("web", "10.0.0.1"), asset("db", "10.0.0.2", "fd00::2"))).toBe(0);
    expect(await record(NOON + HOUR, asset("web", "10.0.0.9"), asset("db", "10.0.0.2", "fd00::2"))).toBe(1);
    expect(await record(NOON + 2 * HOUR, asset("web"))).toBe(2);

    expect(await assetAddressesAt(db, NOON - 1)).toEqual(new Map());
    const both = [...one("10.0.0.2"), ...one("fd00::2")];
    expect(await assetAddressesAt(db, NOON)).toEqual(
      new Map([
        ["db", both],
        ["web", one("10.0.0.1")],
      ]),
    );
    expect(await assetAddressesAt(db, NOON + HOUR - 1)).toEqual(
      new Map([
        ["db", both],
        ["web", one("10.0.0.1")],
      ]),
    );
    expect(await assetAddressesAt(db, NOON + HOUR)).toEqual(
      new Map([
        ["db", both],
        ["web", one("10.0.0.9")],
      ]),
    );
    expect(await assetAddressesAt(db, NOON + 2 * HOUR)).toEqual(
      new Map([
        ["db", []],
        ["web", []],
      ]),
    );
    expect(await record(NOON + 3 * HOUR, asset("web"))).toBe(0);
  });

  test("two changes in one millisecond, or after the clock was set back, keep their order", async () => {
    const store = await open();
    const { db } = store;
    const record = (at: number, address: string): Promise<unknown> =>
      recording(store, (tx) => recordAssetAddresses(tx, { declared: [asset("web", address)] }, at));
    await record(NOON, "10.0.0.1");
    await record(NOON, "10.0.0.2");
    await record(NOON - HOUR, "10.0.0.3");
    expect((await assetAddressesAt(db, NOON)).get("web")).toEqual(one("10.0.0.1"));
    expect((await assetAddressesAt(db, NOON + 1)).get("web")).toEqual(one("10.0.0.2"));
    expect((await assetAddressesAt(db, NOON + 2)).get("web")).toEqual(one("10.0.0.3"));
  });

  test("more assets than one statement takes", async () => {
    const store = await open();
    const { db } = store;
    const assets = Array.from({ length: 6_000 }, (_, host) => asset(`h${host}`, `10.0.${host >> 8}.${host & 255}`));
    expect(await recording(store, (tx) => recordAssetAddresses(tx, { declared: assets }, NOON))).toHaveLength(6_000);
    expect((await assetAddressesAt(db, NOON)).get("h5999")).toEqual(one("10.0.23.111"));
  });
});
