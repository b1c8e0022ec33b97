import type { FindingView } from "../../contract/index.ts";
import type { Cells, Row } from "./columns.ts";
import type { Sheet } from "./sheet.ts";
import { cut } from "./visible.ts";

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

/** The severity of a finding, or of an episode of it, that has ended. */
const ENDED = 1;

/** Key, value, and the maximum length in the dictionary. */
type Extension = readonly [key: string, value: string | number | undefined, most?: number];

/**
 * ArcSight Common Event Format (CEF:0): one event per line, with keys of its extension dictionary. The first event,
 * `export`, states what is listed and what is not known; each following event is an episode of a finding, with its kind
 * as the event class.
 */
export function* cefOf(sheet: Sheet): Generator<string> {
  yield event(sheet, "export", "Findings exported", 0, [
    ["rt", sheet.at],
    ["cnt", sheet.total],
    ["msg", [`${sheet.headline}.`, `Asked for: ${sheet.asked}.`, ...sheet.notKnown].join(" "), 1023],
    ...ofScope(sheet),
  ]);
  for (const row of sheet.rows()) {
    yield finding(sheet, row, row.cells, row.isOpen ? row.severity : ENDED);
    for (const episode of row.earlier) yield finding(sheet, row, episode, ENDED);
  }
}

/** One event for each episode, which has its own start and end. */
function finding(sheet: Sheet, row: Row, cells: Cells, severity: number): string {
  const { kind } = row;
  const { ipv4, ipv6, other } = addressOf(cells.address);
  return event(sheet, kind, NAME[kind], severity, [
    ["rt", sheet.at],
    ["externalId", row.id],
    ["start", epoch(cells.opened_at)],
    ["end", epoch(cells.resolved_at) ?? epoch(cells.out_of_scope_at) ?? epoch(cells.last_seen_at)],
    ["cat", kind],
    ["outcome", cells.status],
    ["dhost", cells.asset, 1023],
    ["dst", ipv4],
    ...labelled("c6a3", "Destination IPv6 Address", ipv6),
    ...labelled("flexString2", "address", other, 1023),
    ["dpt", cells.port ?? cells.first_port],
    ["proto", typeof cells.transport === "string" ? cells.transport.toUpperCase() : undefined],
    ["dproc", cells.process, 1023],
    ["msg", row.summary, 1023],
    ["reason", cells.resolution ?? outOfScope(cells), 1023],
    ...labelled("cn2", "last port", cells.last_port),
    ...labelled("cn3", "episode", cells.episode),
    ...labelled("flexNumber1", "seconds exposed in all episodes", cells.exposure_seconds),
    ...ofScope(sheet),
    ...labelled("cs2", "vantage point", cells.vantage),
    ...labelled("cs3", "owner", cells.owner),
    ...labelled("cs4", "target", cells.target),
    ...labelled("cs5", "sensor", cells.sensor),
    ...labelled("cs6", "fingerprint", cells.fingerprint),
    ...(cells.name === undefined
      ? labelled("flexString1", "endpoints", cells.endpoints, 1023)
      : labelled("flexString1", "name", cells.name, 1023)),
    ...labelled("deviceCustomDate1", "nobody looked from", epoch(cells.gap_from)),
    ...labelled("deviceCustomDate2", "nobody looked until", epoch(cells.gap_to)),
  ]);
}

function outOfScope({ out_of_scope_version: version }: Cells): string | undefined {
  return version === undefined ? undefined : `out of scope since version ${version}`;
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
