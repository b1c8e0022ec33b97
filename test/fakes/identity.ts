import type { Identity } from "../../src/contract/index.ts";

/** Nobody signs in to it; it says that there are users. */
export function fakeIdentity(): Identity {
  const known: Partial<Identity> = {
    serveAt: () => undefined,
    beginning: () => Promise.resolve({ firstAdmin: false, sso: undefined }),
    bySession: () => Promise.resolve(undefined),
    byKey: () => Promise.resolve(undefined),
    evidenceRead: () => Promise.resolve(),
    refused: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  return known as Identity;
}
