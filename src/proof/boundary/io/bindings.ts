import { formatInstant } from "../../../model/index.ts";
import { binding, type Binding } from "../../../record/evidence/index.ts";
import { createRecordsDigest } from "../records-digest.ts";
import { recordsOf } from "./source-store.ts";

const PAGE_ROWS = 500;

/** Each import is an entry, which commits to its records by a digest. */
export const boundaryBindings: readonly Binding[] = [
  binding({
    table: "boundary_source",
    types: ["boundary-source-recorded"],
    always: true,
    key: ["id", "boundary_record.source_id"],
    columns: {
      name: "name",
      kind: "kind",
      format: "format",
      digest: "digest",
      bytes: "bytes",
      unreadable: "unreadable",
      ended: "ended",
      asOf: "as_of",
      asOfFrom: "as_of_from",
      by: "recorded_by",
      recordedAt: "recorded_at",
      records: "boundary_record.number",
      recordsDigest: [
        "boundary_record.number",
        "boundary_record.name",
        "boundary_record.address",
        "boundary_record.detail",
      ],
    },
    states: ({ at, data: { source, ...fields } }) => [
      { row: `boundary source ${source}`, fields: { ...fields, recordedAt: at } },
    ],
    async *rows(db) {
      for (let after = 0; ;) {
        const page = await db
          .selectFrom("boundary_source")
          .selectAll()
          .where("id", ">", after)
          .orderBy("id")
          .limit(PAGE_ROWS)
          .execute();
        for (const { id, as_of: asOf, as_of_from: asOfFrom, recorded_at: at, recorded_by: by, ...same } of page) {
          const digest = createRecordsDigest();
          let records = 0;
          for await (const record of recordsOf(db, id)) {
            digest.add(record);
            records += 1;
          }
          const times = { asOf: formatInstant(asOf.getTime()), recordedAt: formatInstant(at.getTime()) };
          yield {
            row: `boundary source ${id}`,
            fields: { ...same, ...times, asOfFrom, by, records, recordsDigest: digest.end() },
          };
        }
        const last = page.at(-1);
        if (last === undefined || page.length < PAGE_ROWS) return;
        after = last.id;
      }
    },
  }),
  binding({
    table: "boundary_retirement",
    types: ["boundary-source-retired"],
    always: true,
    key: ["source_id"],
    columns: { name: "name", by: "retired_by", retiredAt: "retired_at" },
    states: ({ at, data: { source, name, by } }) => [
      { row: `the retirement of boundary source ${source}`, fields: { name, by, retiredAt: at } },
    ],
    async *rows(db) {
      const rows = await db.selectFrom("boundary_retirement").selectAll().orderBy("source_id").execute();
      for (const { source_id, name, retired_by: by, retired_at: at } of rows) {
        const row = `the retirement of boundary source ${source_id}`;
        yield { row, fields: { name, by, retiredAt: formatInstant(at.getTime()) } };
      }
    },
  }),
];
