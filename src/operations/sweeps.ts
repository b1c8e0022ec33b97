import type { Operations } from "../contract/index.ts";
import { pageOfSweeps, sweepById } from "../watching/sweeps/index.ts";
import { looksIn } from "./looks-in.ts";
import { signTheRest } from "./checkpoints.ts";
import { cursorOf, missing, pageOf, readCursor } from "./cursor.ts";
import type { OperationDeps } from "./operation-deps.ts";
import { sweep } from "./sweep.ts";
import { sweepSummary } from "./views.ts";

/** Sweeps: the recorded ones, and a new one now. */
export function createSweepOperations(deps: OperationDeps): Operations["sweeps"] {
  const { db } = deps.store;
  return {
    async list({ after, limit, ...filter }) {
      const below = readCursor("sweeps", filter, after);
      const found = await pageOfSweeps(db, { ...filter, below, limit: limit + 1 });
      const { rows, ...next } = pageOf(
        found,
        limit,
        ({ id }) => id,
        (id) => cursorOf("sweeps", filter, id),
      );
      const looks = after === undefined ? await looksIn(db, filter) : [];
      return {
        schema: "portolan.sweeps/1",
        sweeps: rows.map(sweepSummary),
        ...(looks.length === 0 ? {} : { looks }),
        ...next,
      };
    },

    async get({ id }) {
      const found = await sweepById(db, id);
      if (found === undefined) throw missing(`No sweep has the number ${id}.`, "GET /api/v1/sweeps");
      return {
        schema: "portolan.sweep-record/1",
        sweep: sweepSummary(found),
        targets: [...found.targets],
        scopeVersion: found.scopeVersion,
        requestedBy: found.requestedBy,
        seed: found.seed,
        planDigest: found.planDigest,
        plan: found.plan,
        parameters: { ...found.parameters },
      };
    },

    /** Somebody requested it, and may keep its checkpoint; no hour may follow in which another one is signed. */
    async run(request, hooks) {
      const result = await sweep(deps, await deps.scope(), request, hooks);
      await signTheRest(deps);
      return result;
    },
  };
}
