import type { Page } from "../screen/page.ts";
import { toned } from "../screen/style.ts";
import { utcAndLocal } from "../screen/time.ts";

/** Says of an answer about an earlier instant that the log did not bind it then. */
export function showBoundSince(page: Page, { boundSince }: { readonly boundSince?: string | undefined }): void {
  if (boundSince === undefined) return;
  page.say`${toned("warn", `Before ${utcAndLocal(boundSince, page.style)} the log did not bind this answer:`)} it rests on rows as they stood then.`;
}
