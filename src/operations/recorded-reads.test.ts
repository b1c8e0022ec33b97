import { expect, it } from "vitest";
import { fakeOperations } from "../../test/fakes/operations.ts";
import { DECLARED, type Operations } from "../contract/index.ts";
import { withRecordedReads } from "./recorded-reads.ts";

type Call = (request: object) => Promise<unknown> | AsyncIterable<unknown>;

it("records every operation that is declared as a read of evidence, once and before it happens, and no other", async () => {
  for (const { subject, name, declaration } of DECLARED) {
    if (declaration.kind === "route") continue;
    const order: string[] = [];
    const fake = fakeOperations() as unknown as Record<string, Record<string, Call>>;
    const original = fake[subject]?.[name];
    if (original === undefined) continue;
    fake[subject] = {
      ...fake[subject],
      [name]: (request) => {
        order.push("performed");
        return original(request);
      },
    };
    const operations = withRecordedReads(fake as unknown as Operations, async (what) => void order.push(what));
    const answer = (operations as unknown as typeof fake)[subject]?.[name]?.({ format: "csv", ...declaration.example });
    if (answer !== undefined && Symbol.asyncIterator in answer) for await (const piece of answer) void piece;
    else await Promise.resolve(answer).catch(() => undefined);
    const recorded = declaration.readsEvidence === true ? [`${declaration.method} ${declaration.path}`] : [];
    expect(order, declaration.id).toEqual([...recorded, "performed"]);
  }
});

it("is declared for all that requires evidence:read, for the backup, and for exports", () => {
  const reads = DECLARED.filter(({ declaration }) => declaration.readsEvidence === true).map(
    ({ declaration }) => declaration.id,
  );
  const evidence = DECLARED.filter(({ declaration }) => declaration.permission === "evidence:read").map(
    ({ declaration }) => declaration.id,
  );
  expect(reads.toSorted()).toEqual([...evidence, "makeBackup", "exportFindings"].toSorted());
});
