import type { People } from "../../src/contract/index.ts";
import { fakeOperations } from "./operations.ts";

/** Two users, one key and one session: those of the examples. */
export function fakePeople(): People {
  const { users, keys, sessions } = fakeOperations();
  return { users, keys, sessions };
}
