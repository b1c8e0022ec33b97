import type { Access } from "../../src/contract/index.ts";
import { fakePeople } from "./people.ts";

/** Has users, but nobody can sign in to it. */
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
