import type { Identity } from "../contract/index.ts";
import type { IdentityConfig } from "./io/identity.ts";

export { createPeople } from "./io/people.ts";
export type { SsoConfig } from "./io/auth.ts";
export type { IdentityConfig } from "./io/identity.ts";

/** Loaded when somebody signs in: the commands that only read the record do not wait for it. */
export async function openIdentity(config: IdentityConfig): Promise<Identity> {
  const { createIdentity } = await import("./io/identity.ts");
  return await createIdentity(config);
}
