import { timedEntries, type Shelf } from "../../record/retention/index.ts";

/** Who signed in and out, who was refused, and who read evidence. Entries about users, roles and keys stay. */
export const accessShelf: Shelf = timedEntries("access", [
  "signed-in",
  "signed-out",
  "sign-in-refused",
  "refusals-counted",
  "evidence-read",
]);
