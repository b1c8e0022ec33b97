import { accessShelf } from "../access/index.ts";
import { findingsShelf } from "../judgement/findings/index.ts";
import { historyShelves, setsShelf } from "../record/history/index.ts";
import type { Shelf } from "../record/retention/index.ts";
import { sweepShelves } from "../watching/sweeps/index.ts";

/** Everything that retention prunes, in the order in which one thing lets go of another. */
export const SHELVES: readonly Shelf[] = [...historyShelves, ...sweepShelves, setsShelf, findingsShelf, accessShelf];
