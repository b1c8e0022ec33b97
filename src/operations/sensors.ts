import type { Operations } from "../contract/index.ts";
import { inviteSensor, listSensors, revokeSensor } from "../watching/sensor-registry/index.ts";
import type { OperationDeps } from "./operation-deps.ts";

/** The operations on sensors on other machines. */
export function createSensors(deps: OperationDeps): Operations["sensors"] {
  return {
    list: async () => await listSensors(deps.store.db, deps.clock.now()),
    invite: async (request) => await inviteSensor(deps, request),
    revoke: async (request) => await revokeSensor(deps, request),
  };
}
