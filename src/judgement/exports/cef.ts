import type { FindingView } from "../../contract/index.ts";
import type { Row } from "./columns.ts";
import type { Sheet } from "./sheet.ts";
import { cut } from "./visible.ts";

/** 0..10 for the header of an event; a resolved finding is always 1. */
const SEVERITY: Readonly<Record<FindingView["kind"], number>> = {
  "unauthorized-open": 8,
  "wrong-exposure": 8,
  "insecure-service": 7,
  "undeclared-asset": 6,
  "service-changed": 6,
  "outdated-service": 6,
  "coverage-gap": 6,
  "authorization-expired": 5,
  "expected-missing": 4,
};

const NAME: Readonly<Record<FindingView["kind"], string>> = {
  "unauthorized-open": "Port open without authorization",
  "wrong-exposure": "Port open where it may not be reached",
  "insecure-service": "Insecure service",
  "undeclared-asset": "Asset that nobody declared",
  "service-changed": "Another service than authorized",
  "outdated-service": "Outdated service",
  "coverage-gap": "Nobody looked",
  "authorization-expired": "Authorization of a port expired",
  "expected-missing": "Expected port is not open",
};

/** Key, value, and the maximum length in the dictionary. */
type Extension = readonly [key: string, value: string | number | undefined, most?: number];

/**
 * ArcSight Common Event Format (CEF:0): one event per line, with keys of its extension dictionary. The first event,
 * `export`, states what is listed and what is not known; each following event is a finding, with its kind as the event
 * class.
 */
export function* cefOf(sheet: Sheet): Generator<string> {
  yield event(sheet, "export", "Findings exported", 0, [
    ["rt", sheet.at],
    ["cnt", sheet.total],
    ["msg", [`${sheet.headline}.`, `Asked for: ${sheet.asked}.`, ...sheet.notKnown].join(" "), 1023],
    ...ofScope(sheet),
  ]);
  for (const row of sheet.rows()) yield finding(sheet, row);
}

function finding(sheet: Sheet, row: Row): string {
  const { cells, kind } = row;
  const { ipv4, ipv6, other } = addressOf(cells.address);
  return event(sheet, kind, NAME[kind], row.isOpen ? SEVERITY[kind] : 1, [
    ["rt", sheet.at],
    ["externalId", row.id],
    ["start", epoch(cells.opened_at)],
    ["end", epoch(cells.resolved_at) ?? epoch(cells.last_seen_at)],
    ["cat", kind],
    ["outcome", row.status],
    ["dhost", cells.asset, 1023],
    ["dst", ipv4],
    ...labelled("c6a3", "Destination IPv6 Address", ipv6),
    ...labelled("flexString2", "address", other, 1023),
    ["dpt", cells.port ?? cells.first_port],
    ["proto", typeof cells.transport === "string" ? cells.transport.toUpperCase() : undefined],
    ["msg", row.summary, 1023],
    ["reason", cells.resolution, 1023],
    ...labelled("cn2", "last port", cells.last_port),
    ...ofScope(sheet),
    ...labelled("cs2", "vantage point", cells.vantage),
    ...labelled("cs3", "owner", cells.owner),
    ...labelled("cs4", "target", cells.target),
    ...labelled("cs5", "sensor", cells.sensor),
    ...labelled("cs6", "fingerprint", cells.fingerprint),
    ...labelled("flexString1", "name", cells.name, 1023),
    ...labelled("deviceCustomDate1", "nobody looked from", epoch(cells.gap_from)),
    ...labelled("deviceCustomDate2", "nobody looked until", epoch(cells.gap_to)),
  ]);
}

/** The dictionary has one key per kind of address; receivers drop events where such a key holds anything else. */
function addressOf(address: string | number | undefined): { ipv4?: string; ipv6?: string; other?: string } {
  if (address === undefined) return {};
  const text = String(address);
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return { ipv4: text };
  return /^(?=.*:)[0-9a-f:.]{2,45}$/i.test(text) ? { ipv6: text } : { other: text };
}

function ofScope({ scope, scopeVersion }: Sheet): Extension[] {
  return [...labelled("cs1", "scope", scope), ...labelled("cn1", "scope version", scopeVersion)];
}

/** A custom field carries its label beside its value. */
function labelled(key: string, label: string, value: string | number | undefined, most = 4000): Extension[] {
  return value === undefined ? [] : [[`${key}Label`, label] as const, [key, value, most] as const];
}

/** Milliseconds since 1970, the format's timestamps. */
function epoch(instant: string | number | undefined): number | undefined {
  return instant === undefined ? undefined : Date.parse(String(instant));
}

function event(
  { version }: Sheet,
  eventClass: string,
  name: string,
  severity: number,
  extensions: readonly Extension[],
): string {
  const head = ["Portolan", "Portolan", version, eventClass, name].map((value) => headerValue(cut(value, 1023)));
  const rest = extensions.flatMap(([key, value, most = 1023]) =>
    value === undefined ? [] : [`${key}=${extensionValue(cut(String(value), most))}`],
  );
  return `CEF:0|${head.join("|")}|${severity}|${rest.join(" ")}\n`;
}

/** The header cannot hold a line feed, so a space replaces it. */
function headerValue(text: string): string {
  return text.replaceAll(/[\\|]/g, "\\$&").replaceAll(/[\r\n]+/g, " ");
}

function extensionValue(text: string): string {
  return text.replaceAll(/[\\=]/g, "\\$&").replaceAll("\r", "\\r").replaceAll("\n", "\\n");
}
