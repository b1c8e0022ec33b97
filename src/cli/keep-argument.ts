import { Fault } from "../model/index.ts";

const KINDS = ["sweeps", "intervals", "findings", "access"] as const;
type Kind = (typeof KINDS)[number];

/** Reads `sweeps=2y` and `access=18mo` into months by kind. @throws Fault `config-invalid` */
export function parseKeep(texts: readonly string[]): Partial<Record<Kind, number>> {
  const months: Partial<Record<Kind, number>> = {};
  for (const text of texts) {
    const [, name, count, unit] = /^([a-z]+)=([0-9]{1,4})(y|mo)$/.exec(text) ?? [];
    const kind = KINDS.find((each) => each === name);
    if (kind === undefined || count === undefined) {
      throw new Fault("config-invalid", `${JSON.stringify(text.slice(0, 60))} is not a kind and a time.`, {
        place: "--keep",
        next: `Give a kind (${KINDS.join(", ")}) and a time in years or months, as in sweeps=2y or access=18mo.`,
      });
    }
    months[kind] = Number(count) * (unit === "y" ? 12 : 1);
  }
  return months;
}
