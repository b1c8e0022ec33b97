import { toHex, utf8 } from "../bytes.ts";
import { sha256 } from "../crypto.ts";
import type { Approval, RecordedScope } from "./facts.ts";
import { shown } from "../entry.ts";
import { listOf, membersOf, numberOf, parsedJson, textIn, textOf, timeOf, type Members } from "../json.ts";
import { parseRange, type AddressRange } from "../addresses.ts";
import { parsePorts, type Ports, type Span, type Transport } from "../ports.ts";
import type { Problems } from "./problems.ts";
import type { BundleReader } from "./reader.ts";
import { ADDRESSES_FILE, EXTRACT_FILE, baselineFile, scopeFile } from "./layout.ts";

/** How long a look counts for an asset, and which ports it has to see. */
export interface SystemType {
  readonly name: string;
  /** Milliseconds. */
  readonly staleness: number;
  readonly ports: Ports;
}

export interface DeclaredAsset {
  readonly name: string;
  readonly owner: string | undefined;
  readonly tags: readonly string[];
  readonly systemType: SystemType;
  /** As written: addresses, blocks, ranges and names. */
  readonly written: readonly string[];
}

export interface ScopeDocument {
  readonly version: number;
  /** Vantage point of the installation's own scanner. */
  readonly vantage: string;
  readonly assets: readonly DeclaredAsset[];
  readonly targets: readonly (DeclaredAsset & { readonly name: string })[];
  /** Longest times between sweeps of other vantage points, milliseconds. */
  readonly cadences: ReadonlyMap<string, number>;
  /** Whether its text has the digest that the log names. */
  readonly proven: boolean;
}

export interface AuthorizedPort {
  readonly selector: {
    readonly asset?: string;
    readonly tag?: string;
    readonly systemType?: string;
    readonly cidr?: string;
  };
  readonly transport: Transport;
  readonly ports: Span;
  readonly owner: string;
  readonly justification: string;
  readonly exposure: readonly string[] | undefined;
  readonly expires: number | undefined;
}

export interface BaselineDocument {
  readonly version: number;
  readonly ports: readonly AuthorizedPort[];
  readonly proven: boolean;
}

export interface AssetAddresses {
  readonly since: number;
  readonly ranges: readonly AddressRange[];
}

export interface Documents {
  readonly scopes: ReadonlyMap<number, ScopeDocument>;
  readonly baselines: ReadonlyMap<number, BaselineDocument>;
  readonly addresses: ReadonlyMap<string, readonly AssetAddresses[]>;
}

/** Reads the documents of the versions that entries record, and compares their text with the digest in the entry. */
export async function readDocuments(
  reader: BundleReader,
  versions: { readonly scopes: readonly RecordedScope[]; readonly approvals: readonly Approval[] },
  problems: Problems,
): Promise<Documents> {
  const extract = membersOf(parsedJson((await reader.text(EXTRACT_FILE)) ?? ""));
  const scopes = new Map<number, ScopeDocument>();
  for (const { version, digest } of versions.scopes) {
    const document = await proven(reader, scopeFile(version), digest, problems);
    const copied = listOf(extract["scopes"])
      .map(membersOf)
      .find((each) => each["version"] === version);
    const scope = document ?? copied?.["scope"];
    if (scope !== undefined) scopes.set(version, readScope(version, membersOf(scope), document !== undefined));
  }
  const baselines = new Map<number, BaselineDocument>();
  for (const { version, digest } of versions.approvals) {
    const document = await proven(reader, baselineFile(version), digest, problems);
    const copied = listOf(extract["baselines"])
      .map(membersOf)
      .find((each) => each["version"] === version);
    const ports = document ?? copied?.["authorizedPorts"];
    if (ports === undefined) continue;
    baselines.set(version, { version, proven: document !== undefined, ports: listOf(ports).map(readAuthorized) });
  }
  return { scopes, baselines, addresses: await readAddresses(reader, problems) };
}

async function proven(reader: BundleReader, file: string, digest: string, problems: Problems): Promise<unknown> {
  const text = await reader.text(file);
  if (text === undefined) return undefined;
  const is = toHex(sha256(utf8(text)));
  if (is === digest) return parsedJson(text);
  problems(file, `has the SHA-256 ${is}, and the log names ${shown(digest)}`, undefined, "digest");
  return undefined;
}

function readScope(version: number, scope: Members, isProven: boolean): ScopeDocument {
  const types = new Map<string, SystemType>();
  for (const item of listOf(scope["systemTypes"])) {
    const type = membersOf(item);
    const name = textIn(type["name"]);
    const ports = parsePorts(textIn(type["ports"]));
    types.set(name, { name, staleness: numberOf(type["staleness"]) ?? 0, ports });
  }
  const declared = (item: unknown): DeclaredAsset => {
    const asset = membersOf(item);
    const type = textIn(asset["systemType"]);
    return {
      name: textIn(asset["name"]),
      owner: textOf(asset["owner"]),
      tags: listOf(asset["tags"]).map(String),
      systemType: types.get(type) ?? { name: type, staleness: 0, ports: { tcp: [], udp: [] } },
      written: listOf(asset["addresses"]).map(String),
    };
  };
  const cadences = new Map<string, number>();
  for (const item of listOf(scope["vantagePoints"])) {
    const cadence = numberOf(membersOf(item)["cadence"]);
    if (cadence !== undefined) cadences.set(textIn(membersOf(item)["name"]), cadence);
  }
  return {
    version,
    vantage: textIn(scope["vantage"]),
    assets: listOf(scope["assets"]).map(declared),
    targets: listOf(scope["targets"]).map(declared),
    cadences,
    proven: isProven,
  };
}

function readAuthorized(item: unknown): AuthorizedPort {
  const port = membersOf(item);
  const selector = membersOf(port["selector"]);
  const [first, last] = listOf(port["ports"]).map(Number);
  const fields = Object.entries(selector).filter((field): field is [string, string] => typeof field[1] === "string");
  return {
    selector: Object.fromEntries(fields),
    transport: port["transport"] === "udp" ? "udp" : "tcp",
    ports: [first ?? 0, last ?? first ?? 0],
    owner: textIn(port["owner"]),
    justification: textIn(port["justification"]),
    exposure: port["exposure"] === undefined ? undefined : listOf(port["exposure"]).map(String),
    expires: numberOf(port["expires"]),
  };
}

async function readAddresses(reader: BundleReader, problems: Problems): Promise<Map<string, AssetAddresses[]>> {
  const addresses = new Map<string, AssetAddresses[]>();
  for await (const [index, line] of reader.records(ADDRESSES_FILE)) {
    const [asset, since, pairs] = listOf(parsedJson(line));
    const at = timeOf(since);
    const ranges = listOf(pairs).map((pair) => parseRange(listOf(pair).join("-")));
    if (typeof asset !== "string" || at === undefined || ranges.includes(undefined)) {
      problems(ADDRESSES_FILE, "is not the addresses of an asset", index);
    } else {
      addresses.set(asset, [...(addresses.get(asset) ?? []), { since: at, ranges: ranges as AddressRange[] }]);
    }
  }
  return addresses;
}
