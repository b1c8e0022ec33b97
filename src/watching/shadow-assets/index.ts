/** Undeclared hosts and addresses, from what this machine already knows: nothing is sent to find them. */
export type { Neighbour, NeighbourTable } from "./neighbour-table.ts";
export { sightingsOf, type Sighting } from "./sightings.ts";
export { readNeighbours } from "./io/read-neighbours.ts";
export { createReverseNames, type ReverseNames } from "./io/reverse-names.ts";
export { createShadowAssetWatch, type ShadowAssetWatch } from "./io/shadow-asset-watch.ts";
