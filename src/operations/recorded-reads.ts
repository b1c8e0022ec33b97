import { OPERATIONS, type Operations } from "../contract/index.ts";

type Declared = { readonly method: string; readonly path: string };

/**
 * The operations as a command of this machine performs them: each read of the evidence log, and of the record as a
 * whole, is recorded before it happens. Over the API, the server does that for every route that is declared so.
 */
export function withRecordedReads(operations: Operations, record: (what: string) => Promise<void>): Operations {
  const { evidence, findings, backup } = operations;
  const named = ({ method, path }: Declared): Promise<void> => record(`${method} ${path}`);
  const after =
    <Given extends unknown[], Result>(declared: Declared, call: (...given: Given) => Promise<Result>) =>
    async (...given: Given): Promise<Result> => {
      await named(declared);
      return await call(...given);
    };
  return {
    ...operations,
    evidence: {
      ...evidence,
      entries: after(OPERATIONS.evidence.entries, evidence.entries),
      entry: after(OPERATIONS.evidence.entry, evidence.entry),
      consistency: after(OPERATIONS.evidence.consistency, evidence.consistency),
      stateProof: after(OPERATIONS.evidence.stateProof, evidence.stateProof),
      verify: after(OPERATIONS.evidence.verify, evidence.verify),
      export: after(OPERATIONS.evidence.export, evidence.export),
      against: after(OPERATIONS.evidence.against, evidence.against),
      checkpoints: after(OPERATIONS.evidence.checkpoints, evidence.checkpoints),
    },
    findings: { ...findings, export: after(OPERATIONS.findings.export, findings.export) },
    backup: {
      ...backup,
      async *make() {
        await named(OPERATIONS.backup.make);
        yield* backup.make();
      },
    },
  };
}
