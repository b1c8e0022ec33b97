/**
 * Saved views of this browser. A view is an address, and an address is shared as a link, so the server has nothing to keep or to
 * protect for it.
 */
export interface SavedView {
  readonly name: string;
  /** Path and search of the view, without its instant unless that was saved with it. */
  readonly to: string;
}

const KEY = "portolan-views";
const MOST = 50;

/** What was stored, as far as it has the form of views: another version, or somebody, may have written something else. */
export function readViews(text: string | null): SavedView[] {
  try {
    const stored: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(stored) ? stored.filter(isView).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

/** With this view first; one of the same name on the same page is replaced. */
export function withView(views: readonly SavedView[], view: SavedView): SavedView[] {
  return [view, ...withoutView(views, view)].slice(0, MOST);
}

export function withoutView(views: readonly SavedView[], { name, to }: SavedView): SavedView[] {
  return views.filter((each) => each.name !== name || pathOf(each.to) !== pathOf(to));
}

export function pathOf(to: string): string {
  return to.replace(/\?.*$/, "");
}

export function storedViews(): SavedView[] {
  return readViews(localStorage.getItem(KEY));
}

export function storeViews(views: readonly SavedView[]): void {
  localStorage.setItem(KEY, JSON.stringify(views));
}

function isView(value: unknown): value is SavedView {
  if (typeof value !== "object" || value === null || !("name" in value) || !("to" in value)) return false;
  return typeof value.name === "string" && typeof value.to === "string" && /^\/(?![/\\])/.test(value.to);
}
