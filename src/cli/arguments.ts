import { Fault } from "../model/index.ts";

/** Reads the whole number of an option, within bounds. */
export function parseWhole(text: string, name: string, least: number, most: number): number {
  const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) {
    throw new Fault("config-invalid", `${name}: '${text}' is not a whole number from ${least} to ${most}.`, {
      place: name,
      next: `Give a number from ${least} to ${most}.`,
    });
  }
  return value;
}
