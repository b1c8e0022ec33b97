import type { Asset, Target } from "../model/index.ts";
import { quoted, suggest, type DocumentPath, type DocumentProblem } from "../platform/documents/index.ts";
import { isRange, literalSet, type ListedAddress, type ListReader } from "./address-list.ts";
import { emptyAddressSet, unionOf, type AddressSet } from "./address-set.ts";
import { formatAddresses } from "./address-text.ts";
import type { AssetDocument } from "./config-schema.ts";
import { literalAddresses, readTarget } from "./target.ts";

/** A target with its addresses read. */
export interface TargetEntry {
  readonly target: Target;
  readonly listed: readonly ListedAddress[];
  /** Its addresses without hostnames and this-machine. */
  readonly set: AddressSet;
  /** The name is in the file, not made from an address. */
  readonly named: boolean;
}

/**
 * The assets that the file declares, and after them those that its targets imply: a target that names one host (an
 * address, a hostname, this-machine) declares that host, under the name of the target when it is its only address, else
 * under the address. A host that a declared asset already names is not implied again.
 */
export function declareAssets(
  written: readonly AssetDocument[],
  targets: readonly TargetEntry[],
  systemTypes: ReadonlySet<string>,
  lists: ListReader,
): Asset[] {
  const { problems } = lists;
  const boundary = unionOf(targets.map(({ set }) => set));
  const declared = written.map((asset, index) => {
    if (asset.systemType !== undefined)
      checkSystemType(asset.systemType, systemTypes, ["assets", index, "systemType"], problems);
    const before = lists.filed.length + problems.length;
    const listed = lists.read(asset.addresses, ["assets", index, "addresses"], "asset");
    // If a list could not be read, the targets of the asset are not known.
    const home =
      lists.filed.length + problems.length > before
        ? undefined
        : findHome(asset, listed, { targets, boundary }, ["assets", index], problems);
    return { asset: describeAsset(asset, listed, home), listed };
  });
  checkNames(written, declared, targets, problems);
  checkOverlaps(declared, problems);

  const owned = unionOf(declared.map(({ listed }) => literalSet(listed)));
  const named = new Set(declared.flatMap(({ listed }) => listed.map(identity)));
  const taken = new Set(declared.map(({ asset }) => asset.name));
  const implied: Asset[] = [];
  for (const { target, listed } of targets) {
    for (const address of listed) {
      if (isRange(address) || named.has(identity(address)) || isWithin(address, owned)) continue;
      named.add(identity(address));
      const name = listed.length === 1 && !taken.has(target.name) ? target.name : address.text;
      if (taken.has(name)) continue;
      taken.add(name);
      const { owner, segment, environment } = target;
      implied.push({
        name,
        addresses: [address.text],
        systemType: target.systemType,
        ...defined({ owner, segment, environment }),
        tags: target.tags,
      });
    }
  }
  return [...declared.map(({ asset }) => asset), ...implied];
}

/** One text for the meaning of an address: 10.0.0.1 and ::ffff:10.0.0.1 are the same. */
function identity({ text, expression }: ListedAddress): string {
  return expression.kind === "addresses" ? formatAddresses(expression.set) : text;
}

function describeAsset(written: AssetDocument, listed: readonly ListedAddress[], home: TargetEntry | undefined): Asset {
  const target = home?.target;
  return {
    name: written.name,
    addresses: [...new Set(listed.map(({ text }) => text))],
    systemType: written.systemType ?? target?.systemType ?? "",
    ...defined({
      owner: written.owner ?? target?.owner,
      segment: written.segment ?? target?.segment,
      environment: written.environment ?? target?.environment,
    }),
    tags: [...new Set([...(target?.tags ?? []), ...(written.tags ?? [])])],
  };
}

/** The first target in the file that holds the first of the asset's addresses; problems if one is in no target. */
function findHome(
  asset: AssetDocument,
  listed: readonly ListedAddress[],
  { targets, boundary }: { targets: readonly TargetEntry[]; boundary: AddressSet },
  path: DocumentPath,
  problems: DocumentProblem[],
): TargetEntry | undefined {
  for (const [index, address] of listed.entries()) {
    const at = listed.length === asset.addresses.length ? [...path, "addresses", index] : [...path, "addresses"];
    const addresses = literalAddresses(address.expression);
    const outside =
      addresses.size === 1 && boundary.has(addresses.at(0)) ? emptyAddressSet : addresses.subtract(boundary);
    if (outside.ranges.length > 0) {
      const problem = `${quoted(address.text)} is in no target${isRange(address) ? ` (${formatAddresses(outside, 3)})` : ""}`;
      problems.push({ path: at, problem, fix: "add it to the addresses of a target" });
    } else if (address.expression.kind === "this-machine" && !targets.some((target) => holds(target, address))) {
      problems.push({
        path: at,
        problem: "this-machine is in no target",
        fix: "add this-machine to the addresses of a target",
      });
    }
  }
  const home = listed
    .map((address) => targets.find((target) => holds(target, address)))
    .find((found) => found !== undefined);
  if (
    home === undefined &&
    asset.systemType === undefined &&
    listed.every(({ expression }) => expression.kind === "hostname")
  ) {
    problems.push({
      path,
      problem: `the asset ${quoted(asset.name)} has no systemType, and no target lists its hostname`,
      fix: "give it a systemType, or add the hostname to the addresses of a target",
    });
  }
  return home;
}

function holds(target: TargetEntry, { text, expression }: ListedAddress): boolean {
  if (expression.kind !== "addresses") return target.listed.some((listed) => listed.text === text);
  return target.set.has(expression.set.ranges[0]?.first ?? "");
}

function checkNames(
  written: readonly AssetDocument[],
  declared: readonly { asset: Asset; listed: readonly ListedAddress[] }[],
  targets: readonly TargetEntry[],
  problems: DocumentProblem[],
): void {
  const seen = new Map<string, number>();
  const targetsByName = new Map(targets.map((entry) => [entry.target.name, entry]));
  for (const [index, { name }] of written.entries()) {
    const path = ["assets", index, "name"];
    const listed = declared[index]?.listed ?? [];
    const before = seen.get(name);
    const target = targetsByName.get(name);
    const own = new Set(listed.map(identity));
    if (before !== undefined) {
      problems.push({
        path,
        problem: `the name ${quoted(name)} is already that of assets[${before}]`,
        fix: "give it another name",
      });
    } else if (
      target !== undefined &&
      !(target.listed.length === own.size && target.listed.every((address) => own.has(identity(address))))
    ) {
      problems.push({
        path,
        problem: `the name ${quoted(name)} is also that of a target with other addresses`,
        fix: "give one of the two another name",
      });
    } else {
      const read = readTarget(name);
      if (
        read.ok &&
        read.expression.kind === "addresses" &&
        read.expression.set.subtract(literalSet(listed)).ranges.length > 0
      ) {
        problems.push({
          path,
          problem: `the name ${quoted(name)} reads as an address that the asset does not have`,
          fix: "name it after something else",
        });
      }
    }
    seen.set(name, before ?? index);
  }
}

function isWithin({ expression }: ListedAddress, set: AddressSet): boolean {
  const addresses = literalAddresses(expression);
  return addresses.ranges.length > 0 && addresses.subtract(set).ranges.length === 0;
}

/** A port open on an address of two assets would be the job of neither, or of both. */
function checkOverlaps(
  declared: readonly { asset: Asset; listed: readonly ListedAddress[] }[],
  problems: DocumentProblem[],
): void {
  const sets = declared.map(({ listed }) => literalSet(listed));
  for (const [index, set] of sets.entries()) {
    const before = sets.slice(0, index).findIndex((other) => other.intersect(set).ranges.length > 0);
    const shared = sets[before]?.intersect(set);
    if (shared === undefined) continue;
    problems.push({
      path: ["assets", index, "addresses"],
      problem: `${formatAddresses(shared, 3)} already belongs to assets[${before}], ${quoted(declared[before]?.asset.name ?? "")}`,
      fix: "give each address to one asset",
    });
  }
}

/** Reports a reference to a system type that is not declared. */
export function checkSystemType(
  name: string,
  known: ReadonlySet<string>,
  path: DocumentPath,
  problems: DocumentProblem[],
): void {
  if (known.has(name)) return;
  const near = suggest(name, known);
  const fix =
    near === undefined
      ? `declare it under systemTypes, or use one of: ${[...known]
          .slice(0, 10)
          .map((type) => quoted(type))
          .join(", ")}`
      : `did you mean ${quoted(near)}?`;
  problems.push({ path, problem: `the system type ${quoted(name)} is not declared`, fix });
}

/** Only the keys that have a value: a scope is compared and digested as JSON. */
export function defined<T extends Record<string, string | undefined>>(values: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string;
  };
}
