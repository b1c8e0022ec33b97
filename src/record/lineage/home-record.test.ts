import { describe, expect, it } from "vitest";
import { refusalOf, restoredElsewhere, type HomeRecord } from "./home-record.ts";

const embedded: HomeRecord = { version: 1, store: "embedded", record: "a", generation: 1 };
const database = "database portolan on db:5432";
const postgresql: HomeRecord = { version: 1, store: "postgresql", database, record: "a", generation: 2 };
const elsewhere = { store: "postgresql", database: "database other on db:5432" } as const;

const refused = (remembered: HomeRecord | undefined, chosen: Pick<HomeRecord, "store" | "database">, record?: string) =>
  refusalOf("/home", remembered, chosen, record === undefined ? undefined : { record })?.message;

describe("a home", () => {
  it("without a memory takes any database", () => {
    expect(refused(undefined, elsewhere, "b")).toBeUndefined();
  });

  it("refuses the embedded database while its record is in PostgreSQL, and the other way round", () => {
    expect(refused(postgresql, { store: "embedded" })).toMatch(/is in PostgreSQL .*portolan on db:5432.*is not set/);
    expect(refused(embedded, elsewhere)).toMatch(/is in its embedded database, and DATABASE_URL names another/);
  });

  it("refuses another record in PostgreSQL, and follows its own to another host", () => {
    expect(refused(postgresql, elsewhere, "b")).toMatch(/does not hold the record of this home/);
    expect(refused(postgresql, elsewhere, "a")).toBeUndefined();
    expect(refused({ ...postgresql, record: undefined }, elsewhere, "b")).toBeUndefined();
  });

  it("knows which of its databases was restored into another one", () => {
    const at = "2026-03-14T09:00:00.000Z";
    const moved: HomeRecord = { ...postgresql, superseded: [{ store: "embedded", at }] };
    expect(restoredElsewhere(moved, "embedded")?.text).toBe(
      `The record in the embedded database was restored into another database at ${at}`,
    );
    expect(restoredElsewhere(moved, "postgresql")).toBeUndefined();
  });
});
