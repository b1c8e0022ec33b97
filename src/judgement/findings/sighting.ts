import { addressesOf, isOpen, portsOf, type Finding, type Instant } from "../../model/index.ts";
import type { Sight } from "../../record/history/index.ts";

/**
 * What a sweep has to show for a finding to be seen again, and from which vantage point. None for a finding that no
 * probe shows: a target that is late, a sensor that is silent, an asset without an address.
 */
export function sightsOf(finding: Finding): readonly { readonly vantage: string; readonly sight: Sight }[] {
  const { kind, subject, vantage } = finding;
  switch (subject.about) {
    case "port":
    case "ports": {
      const shows = kind === "expected-missing" ? "missing" : "open";
      const { transport } = subject;
      return [{ vantage, sight: { shows, addresses: addressesOf(subject), transport, ports: portsOf(subject) } }];
    }
    case "program":
      return subject.endpoints.map(({ vantage: from, address, transport, port }) => ({
        vantage: from,
        sight: { shows: "open", addresses: [address], transport, ports: [port, port] },
      }));
    case "address":
      return [{ vantage, sight: { shows: "answer", addresses: addressesOf(subject) } }];
    case "asset":
      return [{ vantage, sight: { shows: "silence", addresses: addressesOf(subject) } }];
    case "target":
    case "sensor":
      return [];
  }
}

/**
 * An open finding with its last sighting. `seen`: when each of its sights was last seen since the record last changed
 * it, undefined if it was not. It is `unchanged` once it was seen after the sighting that opened it.
 */
export function withSightings(finding: Finding, seen: readonly (Instant | undefined)[]): Finding {
  if (!isOpen(finding)) return finding;
  const lastSeenAt = seen.reduce<Instant>((latest, at) => Math.max(latest, at ?? latest), finding.lastSeenAt);
  const since = { ...finding, lastSeenAt, ...(lastSeenAt > finding.openedAt ? { status: "unchanged" as const } : {}) };
  if (finding.kind !== "outdated-service" || finding.subject.about !== "program") return since;
  const { kind, subject } = finding;
  const endpoints = subject.endpoints.map((each, index) => ({
    ...each,
    seenAt: Math.max(each.seenAt, seen[index] ?? each.seenAt),
  }));
  return { ...since, kind, subject: { ...subject, endpoints } };
}
