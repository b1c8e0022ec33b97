import {
  count as digits,
  Fault,
  LARGEST_BASELINE,
  mapInPieces,
  type AuthorizedPort,
  type InPieces,
  type Instant,
  type Transport,
} from "../../model/index.ts";
import { isInForce, isVisibleFrom } from "./authorize.ts";
import { MANY_PORTS } from "./compared.ts";
import { formatInPieces, type EntryComments } from "./format-baseline.ts";
import { createSelectorIndex } from "./selector-index.ts";
import { serviceName as registeredName } from "./services.ts";
import { enumerate } from "./wording.ts";
import { printable } from "../../platform/documents/index.ts";

/** A port that is open now. Without an asset it is proposed for its address. */
export interface OpenNow {
  readonly asset?: string | undefined;
  readonly address: string;
  readonly transport: Transport;
  readonly port: number;
  /** Of the asset, or of the target if there is none. Selectors by system type and tag need it. */
  readonly systemType?: string | undefined;
  readonly tags?: readonly string[] | undefined;
}

export interface ProposalInput {
  readonly open: readonly OpenNow[];
  readonly inForce?: readonly AuthorizedPort[] | undefined;
  /** Name to write as the expected service. */
  readonly serviceName?: ((transport: Transport, port: number) => string | undefined) | undefined;
  /** If given, authorized ports that have ended are marked. */
  readonly now?: Instant | undefined;
  /** If given, ports that are authorized only for other vantage points are proposed. */
  readonly vantage?: string | undefined;
}

export interface Proposal {
  /** YAML that `parseBaseline` reads when completeness is not required. */
  readonly document: string;
  /** Entries added: open now and not listed. */
  readonly proposed: number;
  /** Entries of the port baseline in force, all of them unchanged. */
  readonly kept: number;
}

const HEADER = [
  "Port baseline: what may be open here, and why.",
  "Write an owner and a justification for every port that has to be open, remove the entries of those",
  "that do not (and close them), then approve: portolan baseline approve",
].join("\n");

/**
 * Proposes a port baseline: first the ports in force, unchanged, then the open ports that are not listed, one entry per
 * asset and port however many of its addresses have it open, owner and justification left empty. The ports of a host
 * that answers on more than `MANY_PORTS` are not proposed, because nobody would read that many before approving them.
 */
export function* propose({
  open,
  inForce = [],
  serviceName = registeredName,
  now,
  vantage,
}: ProposalInput): InPieces<Proposal> {
  const isListed = createListed(inForce, vantage);
  const listed = yield* mapInPieces(open, isListed);
  const wanted = open.filter((_, index) => listed[index] === false);
  const floods = floodingHosts(wanted);
  const groups = new Map<string, { first: OpenNow; addresses: Set<string> }>();
  for (const each of wanted) {
    if (floods.has(hostKey(each))) continue;
    const key = `${each.transport} ${each.port} ${each.asset === undefined ? `address ${each.address}` : `asset ${each.asset}`}`;
    const group = groups.get(key) ?? { first: each, addresses: new Set() };
    group.addresses.add(each.address);
    groups.set(key, group);
  }

  const additions = [...groups.values()]
    .sort((a, b) => byName(a.first, b.first))
    .map(({ first, addresses }) => ({
      port: proposedPort(first, serviceName(first.transport, first.port)),
      above: `open on ${enumerate([...addresses].sort())}, not authorized`,
    }));
  const document = yield* formatInPieces(
    [...inForce, ...additions.map(({ port }) => port)],
    [HEADER, ...floodNotes(floods)].join("\n"),
    (port, index): EntryComments => {
      const addition = additions[index - inForce.length];
      if (addition !== undefined) {
        return { above: addition.above, owner: "who answers for it", justification: "why it has to be open" };
      }
      const ended = now !== undefined && !isInForce(port, now);
      return ended ? { above: "this authorization has ended: extend it, or remove it and close the port" } : {};
    },
  );
  refuseTooLarge(inForce.length, additions.length, document);
  return { document, proposed: additions.length, kept: inForce.length };
}

/** Nothing is written that could not be read again. */
function refuseTooLarge(kept: number, added: number, document: string): void {
  const { entries, bytes } = LARGEST_BASELINE;
  const size = Buffer.byteLength(document);
  if (kept + added <= entries && size <= bytes) return;
  throw new Fault(
    "conflict",
    `${digits(added)} open ports and ${digits(kept)} authorized ones are ${digits(size)} bytes; a port baseline can have ${digits(entries)} entries in ${digits(bytes)} bytes.`,
    {
      next: "Authorize the ports that many assets have in common first, with one entry for a system type, a tag, a CIDR block or a port range; then propose again.",
    },
  );
}

function proposedPort({ asset, address, transport, port }: OpenNow, service: string | undefined): AuthorizedPort {
  return {
    selector: asset === undefined ? { cidr: address } : { asset },
    transport,
    ports: [port, port],
    ...(service === undefined ? {} : { service }),
    owner: "",
    justification: "",
    controls: [],
    presence: "expected",
  };
}

/** Whether an authorized port covers it already, in force or ended: an ended one is extended, not added again. */
function createListed(inForce: readonly AuthorizedPort[], vantage: string | undefined): (open: OpenNow) => boolean {
  const matchingOn = createSelectorIndex(
    inForce.filter((rule) => vantage === undefined || isVisibleFrom(rule, vantage)),
  );
  const known = new Map<string, readonly AuthorizedPort[]>();
  return ({ asset, address, transport, port, systemType = "", tags = [] }) => {
    const key = `${address} ${asset ?? ""}`;
    let matching = known.get(key);
    if (matching === undefined) {
      const target = { systemType, tags };
      const named = asset === undefined ? undefined : { name: asset, addresses: [], ...target };
      known.set(key, (matching = matchingOn({ address, target, asset: named })));
    }
    return matching.some((rule) => rule.transport === transport && port >= rule.ports[0] && port <= rule.ports[1]);
  };
}

function floodingHosts(open: readonly OpenNow[]): Map<string, { host: OpenNow; count: number }> {
  const counts = new Map<string, { host: OpenNow; count: number }>();
  for (const each of open) {
    const known = counts.get(hostKey(each));
    counts.set(hostKey(each), { host: each, count: (known?.count ?? 0) + 1 });
  }
  return new Map([...counts].filter(([, { count }]) => count > MANY_PORTS));
}

function floodNotes(floods: ReadonlyMap<string, { host: OpenNow; count: number }>): string[] {
  return [...floods.values()].map(
    ({ host, count }) =>
      `${host.asset === undefined ? "" : `${printable(host.asset)} `}(${host.address}) answers on ${count} ${host.transport} ports, ` +
      "as a proxy or tarpit does: none of them is proposed.",
  );
}

function hostKey({ address, transport }: OpenNow): string {
  return `${transport} ${address}`;
}

function byName(a: OpenNow, b: OpenNow): number {
  const [left, right] = [a.asset ?? a.address, b.asset ?? b.address];
  if (left !== right) return left < right ? -1 : 1;
  return a.transport === b.transport ? a.port - b.port : a.transport < b.transport ? -1 : 1;
}
