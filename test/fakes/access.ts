import type { Access } from "../../src/contract/index.ts";
import { fakePeople } from "./people.ts";

/** Nobody signs in to it; it says that there are users. */
export function fakeAccess(replace: Partial<Access> = {}): Access {
  const known: Partial<Access> = {
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
  return known as Access;
}
