import type { Identity } from "../../src/contract/index.ts";
import { fakePeople } from "./people.ts";

/** Nobody signs in to it; it says that there are users. */
export function fakeIdentity(replace: Partial<Identity> = {}): Identity {
  const known: Partial<Identity> = {
    serveAt: () => undefined,
    people: () => fakePeople(),
    beginning: () => Promise.resolve({ firstAdmin: false, sso: undefined }),
    bySession: () => Promise.resolve(undefined),
    byKey: () => Promise.resolve(undefined),
    evidenceRead: () => Promise.resolve(),
    refused: () => Promise.resolve(),
    close: () => Promise.resolve(),
    ...replace,
  };
  return known as Identity;
}
