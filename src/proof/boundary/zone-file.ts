import { generated } from "./zone-generate.ts";
import { zoneEntries } from "./zone-entries.ts";
import { createRecordList, unreadableSource, type RecordList, type SourceContent } from "./source-record.ts";

const TTL = /^(?:\d+|(?:\d+[smhdw])+)$/i;
const CLASS = /^(?:IN|CH|HS|CS)$/i;
/** An alias of an alias of …: what name servers follow. */
const LONGEST_CHAIN = 16;

interface Zone {
  readonly list: RecordList;
  readonly addresses: Map<string, string[]>;
  readonly aliases: Map<string, string>;
}

/**
 * Reads a DNS zone file (RFC 1035, section 5; `$TTL` of RFC 2308, BIND's `$GENERATE`): names with addresses, aliases
 * with the addresses that they lead to in this zone, and in a reverse zone addresses with names. `origin` completes
 * names as long as no `$ORIGIN` does. `$INCLUDE` is refused: the file would not be all that was read.
 */
export function readZone(text: string, origin: string | undefined): SourceContent {
  const zone: Zone = { list: createRecordList(), addresses: new Map(), aliases: new Map() };
  let current = origin === undefined ? undefined : absolute(origin);
  let owner: string | undefined;
  for (const { line, continues, words } of zoneEntries(text)) {
    const [first = "", ...rest] = words;
    const complete = (name: string): string => completed(name, current, line);
    switch (first.toUpperCase()) {
      case "$TTL":
        continue;
      case "$ORIGIN":
        current = absolute(complete(rest[0] ?? "."));
        continue;
      case "$INCLUDE":
        throw unreadableSource(
          "$INCLUDE names another file, which is not read.",
          "Write the zone as one file with named-compilezone, and import that.",
          line,
        );
      case "$GENERATE":
        for (const made of generated(rest, line)) record(zone, complete(made.owner), made.words, complete, line);
        continue;
      default:
    }
    if (first.startsWith("$")) {
      throw unreadableSource(
        `${first.slice(0, 30)} is not known in a zone file.`,
        "Check the file with named-checkzone, and import it again.",
        line,
      );
    }
    if (!continues) owner = complete(first);
    if (owner === undefined) {
      throw unreadableSource(
        "The first record has no name.",
        "Check the file with named-checkzone, and import it again.",
        line,
      );
    }
    record(zone, owner, continues ? words : rest, complete, line);
  }
  followAliases(zone);
  return zone.list.content("zone");
}

/** `words` are what follows the owner: TTL and class in any order, the type, its data. */
function record(
  zone: Zone,
  owner: string,
  words: readonly string[],
  complete: (name: string) => string,
  line: number,
): void {
  let at = 0;
  for (; TTL.test(words[at] ?? "") || CLASS.test(words[at] ?? ""); at += 1) {
    if (/^(?:CH|HS|CS)$/i.test(words[at] ?? "")) return;
  }
  const [type = "", data = ""] = words.slice(at);
  const place = `line ${line}`;
  switch (type.toUpperCase()) {
    case "A":
    case "AAAA":
      zone.list.address(data, { name: owner, detail: type.toUpperCase(), place });
      noteAddress(zone, owner, data);
      return;
    case "CNAME":
      zone.aliases.set(owner, complete(data));
      return;
    case "PTR": {
      const address = reversed(owner);
      if (address !== undefined) zone.list.address(address, { name: complete(data), detail: "PTR", place });
      return;
    }
    default:
  }
}

function noteAddress({ addresses }: Zone, owner: string, data: string): void {
  const known = addresses.get(owner);
  if (known === undefined) addresses.set(owner, [data]);
  else known.push(data);
}

function followAliases({ list, addresses, aliases }: Zone): void {
  for (const [name, alias] of aliases) {
    let end = alias;
    for (let hops = 0; hops < LONGEST_CHAIN && aliases.has(end); hops += 1) end = aliases.get(end) ?? end;
    const found = addresses.get(end) ?? [];
    const detail = `CNAME ${alias}`;
    if (found.length === 0) list.name(name, detail);
    for (const address of found) list.address(address, { name, detail, place: name });
  }
}

/** In lower case and without the last dot; the root is empty. */
function absolute(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

function completed(name: string, origin: string | undefined, line: number): string {
  if (name.endsWith(".") && !name.endsWith("\\.")) return absolute(name);
  if (origin === undefined) {
    throw unreadableSource(
      `${name.slice(0, 100)} is relative, and the file does not say to which zone.`,
      "Name the zone: --origin example.com.",
      line,
    );
  }
  if (name === "@") return origin;
  return origin === "" ? absolute(name) : `${absolute(name)}.${origin}`;
}

/** The address of a whole name below in-addr.arpa or ip6.arpa; undefined for others. */
function reversed(name: string): string | undefined {
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.in-addr\.arpa$/.exec(name);
  if (four !== null) return four.slice(1).reverse().join(".");
  const six = /^((?:[0-9a-f]\.){32})ip6\.arpa$/.exec(name);
  return six?.[1]
    ?.split(".")
    .reverse()
    .join("")
    .replace(/(.{4})(?!$)/g, "$1:");
}
