import { formatInstant, type Instant } from "../../model/index.ts";
import { createRecordList, unreadableSource, type SourceContent } from "./source-record.ts";

interface Lease {
  readonly address: string;
  readonly name: string | undefined;
  readonly active: boolean;
  /** Undefined: it does not end. */
  readonly ends: Instant | undefined;
  readonly line: number;
}

/** The two headers of Kea's memfile: leases of IPv4 and of IPv6. Later versions append columns. */
const KEA = /^address,(?:hwaddr,client_id|duid),valid_lifetime,expire,subnet_id,/;
const ISC = /^[ \t]*(?:lease[ \t]+[0-9.]+|ia-[nt]a[ \t]+"[^\n]*)[ \t]*\{/m;

export function dhcpFormat(text: string): "kea" | "isc" | undefined {
  if (KEA.test(text)) return "kea";
  return ISC.test(text.slice(0, 262_144)) ? "isc" : undefined;
}

/**
 * Reads the leases of ISC dhcpd (`dhcpd.leases`, `dhcpd6.leases`) or of Kea's memfile, which both append: the last
 * record of an address counts. Leases that had ended `asOf` are counted and left out.
 */
export function readLeases(text: string, asOf: Instant): SourceContent {
  const format = dhcpFormat(text);
  if (format === undefined) {
    throw unreadableSource(
      "It is neither a file of leases of ISC dhcpd nor of Kea.",
      "Give dhcpd.leases, dhcpd6.leases, or the CSV file of Kea's memfile, with its header.",
    );
  }
  const latest = new Map<string, Lease>();
  for (const lease of format === "kea" ? keaLeases(text) : iscLeases(text)) latest.set(lease.address, lease);
  const list = createRecordList();
  for (const { address, name, active, ends, line } of latest.values()) {
    if (!active || (ends !== undefined && ends <= asOf)) list.ended();
    else {
      const detail = ends === undefined ? "lease without an end" : `lease until ${formatInstant(ends)}`;
      list.address(address, { name, detail, place: `line ${line}` });
    }
  }
  return list.content(format);
}

/** Commas in a field are written as an entity, so a line splits at every comma. */
function* keaLeases(text: string): Generator<Lease> {
  const [header = "", ...lines] = text.split(/\r?\n/);
  const titles = header.split(",");
  const at = (title: string): number => titles.indexOf(title);
  for (const [index, line] of lines.entries()) {
    if (line === "") continue;
    const cells = line.split(",");
    const number = (title: string): number => Number(cells[at(title)] ?? "none");
    const [lifetime, expire] = [number("valid_lifetime"), number("expire")];
    // Leases of old versions have no state.
    const state = at("state") < 0 ? 0 : number("state");
    const type = cells[at("lease_type")] ?? "0";
    // A delegated prefix (2) belongs to no host.
    if (type !== "0" && type !== "1") continue;
    const name = cells[at("hostname")]?.replaceAll("&#x2c", ",").replace(/\.$/, "");
    const forever = lifetime === 0xffff_ffff;
    yield {
      address: cells[0] ?? "",
      name,
      // 0: assigned. A lifetime of 0 deletes the lease.
      active: state === 0 && lifetime !== 0,
      ends: forever ? undefined : timeOf(expire * 1_000, index + 2),
      line: index + 2,
    };
  }
}

/** The last time that RFC 3339 can write. */
const LATEST = Date.UTC(10_000, 0) - 1;

/** A lease is a block of statements; those in blocks of its own (`on expiry { … }`) are not about it. */
function* iscLeases(text: string): Generator<Lease> {
  let open: { address: string; name?: string; active: boolean; ends?: Instant; line: number } | undefined;
  let inner = 0;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const [, address] = /^\s*(?:lease|iaaddr)\s+([0-9a-fA-F.:]+)\s*\{/.exec(line) ?? [];
    if (open === undefined) {
      if (address !== undefined) open = { address, active: true, line: index + 1 };
    } else if (/\{\s*$/.test(line)) inner += 1;
    else if (/^\s*\}/.test(line) && inner > 0) inner -= 1;
    else if (/^\s*\}/.test(line)) {
      yield { name: undefined, ends: undefined, ...open };
      open = undefined;
    } else if (inner === 0) readStatement(open, line.trim(), index + 1);
  }
  if (open === undefined) return;
  throw unreadableSource(
    "The last lease is cut off.",
    "Copy the whole file while the server does not write it, and import that.",
    open.line,
  );
}

/** `binding state active;`, `client-hostname "printer";`, `ends 4 2026/03/14 09:00:00;` in UTC. */
function readStatement(lease: { name?: string; active: boolean; ends?: Instant }, line: string, number: number): void {
  const [, state] = /^binding state (\S+);/.exec(line) ?? [];
  if (state !== undefined) lease.active = state === "active";
  const [, name] = /^client-hostname "((?:[^"\\]|\\.){0,255})";/.exec(line) ?? [];
  if (name !== undefined) lease.name = name;
  const [, day, time, epoch] = /^ends (?:\d (\d{4}\/\d\d\/\d\d) (\d\d:\d\d:\d\d)|epoch (\d{1,12}))/.exec(line) ?? [];
  if (day !== undefined) lease.ends = timeOf(Date.parse(`${day.replaceAll("/", "-")}T${time}Z`), number);
  if (epoch !== undefined) lease.ends = timeOf(Number(epoch) * 1_000, number);
}

/** Milliseconds since 1970. A time that is none shows a line that was cut off or damaged. */
function timeOf(at: number, line: number): Instant {
  if (Number.isFinite(at) && at >= 0 && at <= LATEST) return at;
  throw unreadableSource(
    "The end of a lease there is not a time.",
    "Copy the whole file while the server does not write it, and import that.",
    line,
  );
}
