/** Samples that an auditor can draw again: without replacement, from a stated population, by a seed of their own. */
export { draw, populationDigest, type Item } from "./draw.ts";
