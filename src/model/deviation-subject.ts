import type { Transport } from "./endpoint.ts";
import { endpointFromKey, type SeenEndpoint } from "./seen-endpoint.ts";

/** First and last port, inclusive. */
export type PortRange = readonly [first: number, last: number];

/** Its target and owner, as far as known. */
interface Belonging {
  readonly target?: string | undefined;
  readonly owner?: string | undefined;
}

/** The asset, with the addresses it rests on: `address` for one, `addresses` for several, sorted. */
interface OnAsset {
  readonly asset: string;
  /** Canonical text. Neither: any address of the asset. */
  readonly address?: string | undefined;
  readonly addresses?: readonly string[] | undefined;
}

/** The address, if nobody declared an asset there. */
interface OnAddress {
  readonly asset?: undefined;
  readonly address: string;
  readonly addresses?: undefined;
}

/** One port of an asset, or of an undeclared address. */
export type PortSubject = Belonging & (OnAsset | OnAddress) & PortFields;
interface PortFields {
  readonly about: "port";
  readonly transport: Transport;
  readonly port: number;
}

/** Several ports: a range that is expected on an asset, or the ports on which one host answers. */
export type PortsSubject = Belonging & (OnAsset | OnAddress) & PortsFields;
interface PortsFields {
  readonly about: "ports";
  readonly transport: Transport;
  readonly ports: PortRange;
}

/** The ports on which one host answers. */
export type HostPortsSubject = PortsSubject & { readonly address: string };

/** A program on an asset, or on an undeclared address, wherever it answers and from wherever it is seen. */
export type ProgramSubject = Belonging & (OnAsset | OnAddress) & ProgramFields;
interface ProgramFields {
  readonly about: "program";
  readonly product: string;
  readonly version: string;
  /** Where it was seen and has not been observed to be gone, in the order of {@link endpointFromKey}. */
  readonly endpoints: readonly SeenEndpoint[];
}

/** An undeclared address. */
export interface AddressSubject extends Belonging {
  readonly about: "address";
  readonly address: string;
  /** A declared name that resolves to it. */
  readonly name?: string | undefined;
}

/** An asset as a whole. */
export interface AssetSubject extends Belonging, OnAsset {
  readonly about: "asset";
}

/** A target as a whole. */
export interface TargetSubject {
  readonly about: "target";
  readonly target: string;
  readonly owner?: string | undefined;
}

/** A host sensor, by name. */
export interface SensorSubject {
  readonly about: "sensor";
  readonly sensor: string;
}

/**
 * The subject of a deviation. `about` is not stored: it follows from the kind of the deviation and the fields
 * (judgement/findings/stored-subject.ts).
 */
export type DeviationSubject =
  PortSubject | PortsSubject | ProgramSubject | AddressSubject | AssetSubject | TargetSubject | SensorSubject;

interface HostFields<Asset extends string | undefined = string | undefined> extends Belonging {
  readonly asset: Asset;
  /** The addresses on which it was seen; exactly one if no asset is declared. */
  readonly addresses: readonly string[];
}

export function portSubject<Asset extends string | undefined>(
  host: HostFields<Asset> & { readonly transport: Transport; readonly port: number },
): PortSubject & { readonly asset: Asset } {
  const { transport, port, owner } = host;
  return given({ about: "port", ...onHost(host), transport, port, owner });
}

export function portsSubject<Asset extends string | undefined>(
  host: HostFields<Asset> & { readonly transport: Transport; readonly ports: PortRange },
): PortsSubject & { readonly asset: Asset } {
  const { transport, ports, owner } = host;
  return given({ about: "ports", ...onHost(host), transport, ports, owner });
}

export function programSubject(
  host: Omit<HostFields, "addresses"> & Pick<ProgramFields, "product" | "version" | "endpoints">,
): ProgramSubject {
  const { product, version, owner } = host;
  const byKey = new Map(host.endpoints.map((each) => [endpointFromKey(each), each]));
  const endpoints = [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
  const addresses = [...new Set(endpoints.map(({ address }) => address))];
  return given({ about: "program", ...onHost({ ...host, addresses }), owner, product, version, endpoints });
}

/** The ports of one host, whether or not it belongs to an asset. */
export function hostPortsSubject({
  address,
  ...host
}: Omit<HostFields, "addresses"> & {
  readonly address: string;
  readonly transport: Transport;
  readonly ports: PortRange;
}): HostPortsSubject {
  return { ...portsSubject({ ...host, addresses: [address] }), address };
}

export function addressSubject(fields: Omit<AddressSubject, "about">): AddressSubject {
  const { target, address, name, owner } = fields;
  return given({ about: "address", target, address, name, owner });
}

export function assetSubject(host: HostFields & { readonly asset: string }): AssetSubject {
  return given({
    about: "asset",
    asset: host.asset,
    target: host.target,
    ...seenOn(host.addresses),
    owner: host.owner,
  });
}

export function targetSubject({ target, owner }: Omit<TargetSubject, "about">): TargetSubject {
  return given({ about: "target", target, owner });
}

export function sensorSubject(sensor: string): SensorSubject {
  return { about: "sensor", sensor };
}

/** The same subject, seen on these addresses. */
export function onAddresses<Subject extends PortSubject | PortsSubject | AssetSubject>(
  subject: Subject,
  addresses: readonly string[],
): Subject {
  return subject.asset === undefined
    ? subject
    : given<Subject>({ ...subject, address: undefined, addresses: undefined, ...seenOn(addresses) });
}

/** The addresses on which it was seen; empty if the subject names none, or has no address. */
export function addressesOf(subject: DeviationSubject): readonly string[] {
  switch (subject.about) {
    case "port":
    case "ports":
    case "program":
    case "asset":
      return subject.addresses ?? (subject.address === undefined ? [] : [subject.address]);
    case "address":
      return [subject.address];
    case "target":
    case "sensor":
      return [];
  }
}

/** The declared asset that it is about, or on. */
export function assetNameOf(subject: DeviationSubject): string | undefined {
  switch (subject.about) {
    case "port":
    case "ports":
    case "program":
    case "asset":
      return subject.asset;
    case "address":
    case "target":
    case "sensor":
      return undefined;
  }
}

/** One port is a range of one. */
export function portsOf(subject: PortSubject | PortsSubject): PortRange {
  return subject.about === "port" ? [subject.port, subject.port] : subject.ports;
}

function onHost({ asset, target, addresses }: HostFields): object {
  if (asset === undefined && addresses.length !== 1) throw new Error("a subject without an asset has one address");
  return { asset, target, ...seenOn(addresses) };
}

function seenOn(addresses: readonly string[]): { readonly address?: string; readonly addresses?: readonly string[] } {
  const sorted = [...new Set(addresses)].sort();
  const [only] = sorted;
  if (sorted.length > 1) return { addresses: sorted };
  return only === undefined ? {} : { address: only };
}

/** The fields that have a value: a subject is stored and signed as JSON. */
function given<Subject extends DeviationSubject>(fields: {
  readonly about: Subject["about"];
  readonly [field: string]: unknown;
}): Subject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as unknown as Subject;
}
