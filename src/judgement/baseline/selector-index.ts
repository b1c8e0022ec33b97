import type { AuthorizedPort, Selector } from "../../model/index.ts";
import { parseTarget, type AddressSet } from "../../scope/index.ts";
import type { ComparedHost } from "./compared.ts";

/** The fields of a host that a selector is matched against. An undeclared host has the system type and tags of its target. */
export type Selectable = Pick<ComparedHost, "address" | "asset"> & {
  readonly target: Pick<ComparedHost["target"], "systemType" | "tags">;
};

interface Rule {
  readonly port: AuthorizedPort;
  readonly place: number;
  matches(host: Selectable): boolean;
}

/**
 * Finds the entries whose selector matches a host, in their order. Each is kept under its narrowest field, and tried only
 * on hosts that share it: of 100,000 entries for single addresses, those of the host's own address.
 */
export function createSelectorIndex(ports: readonly AuthorizedPort[]): (host: Selectable) => AuthorizedPort[] {
  const blocks = new Map<string, AddressSet | undefined>();
  const blockOf = (cidr: string): AddressSet | undefined => {
    if (!blocks.has(cidr)) blocks.set(cidr, addressesOf(cidr));
    return blocks.get(cidr);
  };
  const byKey = new Map<string, Rule[]>();
  for (const [place, port] of ports.entries()) {
    const { selector } = port;
    const block = selector.cidr === undefined ? undefined : blockOf(selector.cidr);
    const key = indexKey(selector, block);
    const rule: Rule = { port, place, matches: (host) => matches(selector, block, host) };
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [rule]);
    else known.push(rule);
  }
  return (host) =>
    keysOf(host)
      .flatMap((key) => byKey.get(key) ?? [])
      .filter((rule) => rule.matches(host))
      .sort((a, b) => a.place - b.place)
      .map(({ port }) => port);
}

/** Every given field matches, and one is given. */
function matches(
  { asset: name, tag, systemType, cidr }: Selector,
  block: AddressSet | undefined,
  { address, asset, target }: Selectable,
): boolean {
  return (
    (name === undefined || asset?.name === name) &&
    (tag === undefined || (asset ?? target).tags.includes(tag)) &&
    (systemType === undefined || (asset ?? target).systemType === systemType) &&
    (cidr === undefined || block?.has(address) === true) &&
    (name ?? tag ?? systemType ?? cidr) !== undefined
  );
}

/** A block that cannot be parsed selects nothing: stored selectors were checked when they were approved. */
function addressesOf(cidr: string): AddressSet | undefined {
  try {
    const target = parseTarget(cidr);
    return target.kind === "addresses" ? target.set : undefined;
  } catch {
    return undefined;
  }
}

function indexKey({ asset, tag, systemType }: Selector, block: AddressSet | undefined): string {
  if (asset !== undefined) return `asset ${asset}`;
  if (block?.size === 1) return `address ${block.at(0)}`;
  if (systemType !== undefined) return `type ${systemType}`;
  if (tag !== undefined) return `tag ${tag}`;
  return "block";
}

function keysOf({ address, asset, target }: Selectable): string[] {
  const { systemType, tags } = asset ?? target;
  return [
    ...(asset === undefined ? [] : [`asset ${asset.name}`]),
    `address ${address}`,
    `type ${systemType}`,
    ...new Set(tags.map((tag) => `tag ${tag}`)),
    "block",
  ];
}
