import { sql } from "kysely";
import { expect, it } from "vitest";
import { eachDatabase } from "../../test/databases.ts";

eachDatabase("store", (open, kind) => {
  it("reads bigint as number, timestamptz as Date and bytea as Uint8Array", async () => {
    const store = await open();
    expect(store.kind).toBe(kind);
    const { rows } =
      await sql`SELECT 9007199254740991::int8 AS whole, ${new Date(1_767_225_600_123)}::timestamptz AS at,
      ${Uint8Array.of(0, 255, 7)}::bytea AS bytes, '[2026-01-01,)'::tstzrange::text AS range`.execute(store.db);
    expect(rows).toEqual([
      {
        whole: 9007199254740991,
        at: new Date("2026-01-01T00:00:00.123Z"),
        bytes: Uint8Array.of(0, 255, 7),
        range: `["2026-01-01 00:00:00+00",)`,
      },
    ]);
  });
});
