/** For each target and day, whether it was scanned: nothing in scope is left out of the count. */
export { daysIn, type Day } from "./days.ts";
export { allOf, anyOf, DISPOSITIONS, dispositionOf, lengthOf, within } from "./disposition.ts";
