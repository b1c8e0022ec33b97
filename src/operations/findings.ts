import type { Operations } from "../contract/index.ts";
import { findingById, listFindings, pageOfFindings } from "../judgement/findings/index.ts";
import { formatInstant } from "../model/index.ts";
import { boundPart } from "./bound-since.ts";
import { cursorOf, missing, pageOf, readCursor } from "./cursor.ts";
import { exportFindings } from "./exports.ts";
import type { OperationDeps } from "./operation-deps.ts";
import { findingViews, firstOpened } from "./finding-views.ts";
import { socketsAt } from "./host-sockets.ts";
import { findingView } from "./views.ts";

/** Confirmed deviations. */
export function createFindings(deps: OperationDeps): Operations["findings"] {
  const { db } = deps.store;
  const machines = () => socketsAt(db, deps.clock, deps.clock.now());
  return {
    async all(filter) {
      const onlyStatus = Object.entries(filter).every(([key, value]) => key === "status" || value === undefined);
      const all = onlyStatus ? await listFindings(db, filter) : await pageOfFindings(db, filter);
      const bound = await boundPart(db, firstOpened(all));
      return { schema: "portolan.findings/1", findings: await findingViews(all, machines), ...bound };
    },

    async list({ after, limit, ...filter }) {
      const below = readCursor("findings", filter, after);
      const found = await pageOfFindings(db, { ...filter, below, limit: limit + 1 });
      const { rows, ...next } = pageOf(
        found,
        limit,
        ({ id }) => id,
        (id) => cursorOf("findings", filter, id),
      );
      const bound = await boundPart(db, firstOpened(rows));
      return { schema: "portolan.findings/1", findings: await findingViews(rows, machines), ...bound, ...next };
    },

    async get({ id }) {
      const found = await findingById(db, id);
      if (found === undefined) throw missing(`No finding has the number ${id}.`, "GET /api/v1/findings");
      const [finding = findingView(found.finding)] = await findingViews([found.finding], machines);
      return {
        schema: "portolan.finding/1",
        finding,
        ...(await boundPart(db, firstOpened([found.finding]))),
        events: found.events.map(({ at, status, sweepId, note }) => ({
          at: formatInstant(at),
          status,
          ...(sweepId === undefined ? {} : { sweep: sweepId }),
          note,
        })),
      };
    },

    export: async (request) => await exportFindings(deps, request),
  };
}
