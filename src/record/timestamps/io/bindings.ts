import { hash } from "node:crypto";
import { formatInstant } from "../../../model/index.ts";
import { binding, type Binding } from "../../evidence/index.ts";

/** A response is signed by its authority; the entry shows that it existed, and that none was removed. */
export const timestampBindings: readonly Binding[] = [
  binding({
    table: "checkpoint_timestamp",
    types: ["checkpoint-timestamped"],
    always: true,
    key: ["digest"],
    columns: { size: "size", keyId: "key_id", digest: "response", stampedAt: "stamped_at" },
    states: ({ data: { digest, size, keyId, stampedAt } }) => [
      { row: `timestamp ${digest}`, fields: { digest, size, keyId, stampedAt } },
    ],
    async *rows(db) {
      for (let after = ""; ;) {
        const page = await db
          .selectFrom("checkpoint_timestamp")
          .selectAll()
          .where("digest", ">", after)
          .orderBy("digest")
          .limit(PAGE_ROWS)
          .execute();
        for (const { digest, size, key_id: keyId, stamped_at: at, response } of page) {
          const fields = {
            digest: hash("sha256", response, "hex"),
            size,
            keyId,
            stampedAt: formatInstant(at.getTime()),
          };
          yield { row: `timestamp ${digest}`, fields };
        }
        const last = page.at(-1);
        if (last === undefined || page.length < PAGE_ROWS) return;
        after = last.digest;
      }
    },
  }),
];

const PAGE_ROWS = 500;
