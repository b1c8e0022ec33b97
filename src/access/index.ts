import type { Access } from "../contract/index.ts";
import type { AccessConfig } from "./io/access.ts";

export { accessBindings } from "./io/bindings.ts";
export { recordEvidenceRead } from "./io/evidence-read.ts";
export { createPeople } from "./io/people.ts";
export { anyUser, partiesOf } from "./io/parties.ts";
export { personOf } from "./io/persons.ts";
export type { SsoConfig } from "./io/auth.ts";
export type { AccessConfig } from "./io/access.ts";

/** Loaded at the first sign-in: commands that only read the record do not wait for it. */
export async function openAccess(config: AccessConfig): Promise<Access> {
  const { createAccess } = await import("./io/access.ts");
  return await createAccess(config);
}
export { accessShelf } from "./io/prune-entries.ts";
