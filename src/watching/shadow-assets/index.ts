/** What is there though nobody declared it, by what this machine knows without sending anything for it. */
export type { Neighbour, NeighbourTable } from "./neighbour-table.ts";
export { sightingsOf, type Sighting } from "./sightings.ts";
export { readNeighbours } from "./io/read-neighbours.ts";
export { createReverseNames, type ReverseNames } from "./io/reverse-names.ts";
export { createShadowAssetWatch, type ShadowAssetWatch } from "./io/shadow-asset-watch.ts";
