/** Outgoing calls to places that a person configured: one guard against being sent into the own network. */
export { destination, type Destination } from "./destination.ts";
export { createEgress, type Egress, type EgressDeps, type Outgoing, type Reply } from "./io/egress.ts";
