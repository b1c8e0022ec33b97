import type { Shelf } from "../../retention/index.ts";
import { historyBindings } from "./bindings.ts";
import { intervalsShelf, type IntervalTable } from "./prune-intervals.ts";
import { looksShelf } from "./prune-looks.ts";
import { stateEntriesShelf } from "./prune-state-entries.ts";

/** What retention prunes of the history, rows before the entries that state them. Sets go last, see {@link setsShelf}. */
export const historyShelves: readonly Shelf[] = [
  looksShelf,
  intervalsShelf("endpoint_interval"),
  intervalsShelf("service_interval"),
  stateEntriesShelf({
    binding: bindingOf("endpoint_interval"),
    table: "endpoint_interval",
    forgettable: "states-changed",
  }),
  stateEntriesShelf({
    binding: bindingOf("service_interval"),
    table: "service_interval",
    forgettable: "services-identified",
  }),
];

function bindingOf(table: IntervalTable) {
  const found = historyBindings.find((each) => each.table === table);
  if (found === undefined) throw new Error(`the history has no binding of ${table}`);
  return found;
}
