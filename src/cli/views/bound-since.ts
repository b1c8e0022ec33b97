import type { Page } from "../screen/page.ts";
import { toned } from "../screen/style.ts";
import { utcAndLocal } from "../screen/time.ts";

interface Labels {
  readonly boundSince?: string | undefined;
  readonly pruned?: { readonly until: string; readonly entry: number } | undefined;
}

/** Says of an answer about an earlier instant that the log did not bind it then, or that retention pruned what it rests on. */
export function showBoundSince(page: Page, { boundSince, pruned }: Labels): void {
  if (pruned !== undefined)
    page.say`${toned("warn", `Pruned by retention until ${utcAndLocal(pruned.until, page.style)} (entry ${pruned.entry}):`)} endpoints that are unknown before that may have been scanned.`;
  if (boundSince === undefined) return;
  page.say`${toned("warn", `Before ${utcAndLocal(boundSince, page.style)} the log did not bind this answer:`)} it rests on rows as they stood then.`;
}
