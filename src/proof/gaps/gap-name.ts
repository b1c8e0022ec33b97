import { Fault, formatInstant, type Instant } from "../../model/index.ts";
import type { ViewSubject } from "../../record/history/index.ts";

/** A gap: where nobody looked, from which vantage point, since when. Its end can still be open. */
export interface NamedGap {
  readonly vantage: string;
  readonly subject: ViewSubject;
  readonly from: Instant;
}

const UNDECLARED = "undeclared";
const LONGEST = 2_000;

/**
 * The name by which people refer to a gap: `inside/web-1@2026-03-14T09:00:00.001Z`; for the undeclared hosts of a target
 * `inside/lan/undeclared@…`. Other characters than letters, digits and `-_.:~` are percent-encoded, so that a shell and a
 * URL take it as it is.
 */
export function gapName({ vantage, subject, from }: NamedGap): string {
  const parts = subject.kind === "asset" ? [subject.name] : [subject.target, UNDECLARED];
  const path = [vantage, ...parts.slice(0, 1)].map(encoded).concat(parts.slice(1));
  return `${path.join("/")}@${formatInstant(from)}`;
}

/** @throws Fault `config-invalid` if the text is not the name of a gap */
export function parseGapName(text: string): NamedGap {
  const [, path = "", since = ""] = /^([^@]+)@(\d{4}-\d{2}-\d{2}T[\d:.]+Z)$/.exec(text.slice(0, LONGEST)) ?? [];
  const [vantage, name, kind, ...more] = path.split("/").map(decoded);
  const from = Date.parse(since);
  if (vantage && name && more.length === 0 && (kind === undefined || kind === UNDECLARED) && !Number.isNaN(from)) {
    const subject: ViewSubject = kind === undefined ? { kind: "asset", name } : { kind: "undeclared", target: name };
    return { vantage, subject, from };
  }
  throw new Fault("config-invalid", `${JSON.stringify(text.slice(0, 200))} is not the name of a gap.`, {
    place: "GAP",
    next: "Copy the name that portolan gaps --from -7d prints under the gap.",
  });
}

function encoded(text: string): string {
  return encodeURIComponent(text)
    .replaceAll("%3A", ":")
    .replaceAll(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
