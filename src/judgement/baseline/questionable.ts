import {
  formatInstant,
  mapInPieces,
  type AuthorizedPort,
  type InPieces,
  type Instant,
  type Selector,
} from "../../model/index.ts";
import { problemsAt, type DocumentProblem } from "../../platform/documents/index.ts";
import { unionOf, type AddressSet, type ResolvedScope } from "../../scope/index.ts";
import { BASELINE_DOCUMENT } from "./document-schema.ts";
import { isInForce } from "./authorize.ts";
import { blockOf, createSelects, type Selected } from "./selects.ts";

type Declared = Pick<ResolvedScope, "declared" | "targets">;

/**
 * Entries that an approver should check before they approve, one line each with its place in the document: the
 * selector matches nothing in the scope, or the authorization ended before it began. Neither is an error: an asset may
 * come later, and an entry that ended says why its port has to be closed.
 */
export function* questionableEntries(
  {
    document,
    file,
    ports,
  }: { readonly document: string; readonly file: string; readonly ports: readonly AuthorizedPort[] },
  scope: Declared,
  now: Instant,
): InPieces<string[]> {
  const matches = createMatches(scope);
  const found = yield* mapInPieces(ports, (port, index) => [
    ...(matches(port.selector) ? [] : [unmatched(port.selector, index)]),
    ...(isInForce(port, now) ? [] : [ended(port.expires ?? now, index, now)]),
  ]);
  const problems = found.flat();
  return problems.length === 0
    ? []
    : problemsAt(document, file, problems, { long: BASELINE_DOCUMENT }).message.split("\n");
}

function ended(expires: Instant, index: number, now: Instant): DocumentProblem {
  return {
    path: ["authorizedPorts", index, "expires"],
    problem: `the authorization ended on ${formatInstant(expires)}, and it is ${formatInstant(now)} now`,
    fix: "extend it, or remove the entry and close the port",
  };
}

function unmatched({ asset, tag, systemType, cidr }: Selector, index: number): DocumentProblem {
  const wanted = Object.entries({ asset, tag, "system type": systemType, address: cidr })
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => `${field} ${value}`)
    .join(" and ");
  const field =
    asset === undefined ? (tag === undefined ? (systemType === undefined ? "cidr" : "systemType") : "tag") : "asset";
  return {
    path: ["authorizedPorts", index, field],
    problem: `nothing in the scope has ${wanted}`,
    fix: "correct the selector, or declare the asset in portolan.yaml",
  };
}

/** Whether a selector matches anything declared. Assets are found by name, and addresses in one set for each tag and system type. */
function createMatches({ declared, targets }: Declared): (selector: Selector) => boolean {
  const all: readonly Selected[] = [
    ...declared.map(({ asset, addresses }) => ({ ...asset, addresses })),
    ...targets.map(({ target: { systemType, tags }, addresses }) => ({ systemType, tags, addresses })),
  ];
  const byName = Map.groupBy(all, ({ name }) => name);
  const byTraits = new Map<string, AddressSet | undefined>();
  const addressesWith = ({ tag, systemType }: Selector): AddressSet | undefined => {
    const key = JSON.stringify([tag, systemType]);
    if (!byTraits.has(key)) {
      const having = all.filter(createSelects({ tag, systemType }));
      byTraits.set(key, having.length === 0 ? undefined : unionOf(having.map(({ addresses }) => addresses)));
    }
    return byTraits.get(key);
  };
  return (selector) => {
    if (selector.asset !== undefined) return byName.get(selector.asset)?.some(createSelects(selector)) === true;
    const addresses = addressesWith(selector);
    return addresses !== undefined && (selector.cidr === undefined || sharesAny(addresses, blockOf(selector.cidr)));
  };
}

function sharesAny(addresses: AddressSet, block: AddressSet): boolean {
  return block.size === 1 ? addresses.has(block.at(0)) : addresses.intersect(block).ranges.length > 0;
}
