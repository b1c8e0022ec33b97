import type { Operations } from "../contract/index.ts";
import { fieldsOf } from "../record/evidence/index.ts";
import { inviteSensor, listSensors, revokeSensor } from "../watching/sensor-registry/index.ts";
import { BINDINGS } from "./bindings.ts";
import type { OperationDeps } from "./operation-deps.ts";

/** The operations on sensors on other machines. */
export function createSensors(deps: Pick<OperationDeps, "store" | "clock" | "key">): Operations["sensors"] {
  return {
    list: async () => await listSensors(deps.store.db, deps.clock.now()),
    invite: async (request) => await inviteSensor({ ...deps, binds: fieldsOf(BINDINGS) }, request),
    revoke: async (request) => await revokeSensor(deps, request),
  };
}
