import {
  formatInstant,
  parseInstant,
  TRANSPORTS,
  type AddressSubject,
  type AssetSubject,
  type Deviating,
  type DeviationKind,
  type DeviationSubject,
  type PortRange,
  type PortsSubject,
  type PortSubject,
  type ProgramSubject,
  type SeenEndpoint,
  type SensorSubject,
  type TargetSubject,
  type Transport,
} from "../../model/index.ts";

/**
 * A subject as the record stores it, the evidence log signs it and results show it: one flat object. It has no field
 * for the type of the subject, because the first stored findings had none; kind and fields determine it.
 */
export interface StoredSubject {
  readonly asset?: string;
  readonly target?: string;
  readonly sensor?: string;
  readonly address?: string;
  readonly addresses?: readonly string[];
  readonly name?: string;
  readonly transport?: Transport;
  readonly port?: number;
  readonly ports?: PortRange;
  readonly owner?: string;
  readonly product?: string;
  readonly version?: string;
  readonly endpoints?: readonly StoredEndpoint[];
}

/** An endpoint of a program; `seenAt` is RFC 3339 in UTC. */
type StoredEndpoint = Omit<SeenEndpoint, "seenAt"> & { readonly seenAt: string };

export function storedSubject(subject: DeviationSubject): StoredSubject {
  const fields = Object.entries(subject).filter(([field, value]) => field !== "about" && value !== undefined);
  const stored = Object.fromEntries(fields);
  if (subject.about !== "program") return stored;
  const endpoints = subject.endpoints.map((each) => ({ ...each, seenAt: formatInstant(each.seenAt) }));
  return { ...stored, endpoints };
}

/** Kind and subject of a stored finding; undefined if no deviation of the kind has these fields. */
export function readDeviating(kind: DeviationKind, stored: unknown): Deviating | undefined {
  if (typeof stored !== "object" || stored === null || Array.isArray(stored)) return undefined;
  const fields: Fields = { ...stored };
  switch (kind) {
    case "unauthorized-open":
    case "authorization-expired":
    case "wrong-exposure": {
      const subject = onPort(fields) ?? onPorts(fields);
      if (subject === undefined) return undefined;
      if (subject.about === "port") return { kind, subject };
      const { address } = subject;
      return address === undefined ? undefined : { kind, subject: { ...subject, address } };
    }
    case "service-changed":
    case "insecure-service": {
      const subject = onPort(fields);
      return subject && { kind, subject };
    }
    case "outdated-service": {
      const subject = onProgram(fields) ?? onPort(fields);
      return subject && { kind, subject };
    }
    case "expected-missing": {
      const subject = onPort(fields) ?? onPorts(fields);
      return subject?.asset === undefined ? undefined : { kind, subject };
    }
    case "undeclared-asset": {
      const subject = onAddress(fields);
      return subject && { kind, subject };
    }
    case "coverage-gap": {
      const subject = onAsset(fields) ?? onTarget(fields) ?? onSensor(fields);
      return subject && { kind, subject };
    }
  }
}

type Fields = Readonly<Record<string, unknown>>;

// The fields keep their stored order, so results do not change.

function onPort(fields: Fields): PortSubject | undefined {
  const subject = { about: "port", ...fields };
  return hasOnly(fields, ["transport", "port"], HOST) && isOnHost(fields) ? (subject as PortSubject) : undefined;
}

function onPorts(fields: Fields): PortsSubject | undefined {
  const subject = { about: "ports", ...fields };
  return hasOnly(fields, ["transport", "ports"], HOST) && isOnHost(fields) ? (subject as PortsSubject) : undefined;
}

function onProgram(fields: Fields): ProgramSubject | undefined {
  if (!hasOnly(fields, ["product", "version", "endpoints"], HOST) || !isOnHost(fields)) return undefined;
  const endpoints = (fields["endpoints"] as StoredEndpoint[]).map((each) => ({
    ...each,
    seenAt: parseInstant(each.seenAt) ?? 0,
  }));
  const subject: object = { about: "program", ...fields, endpoints };
  return subject as ProgramSubject;
}

function onAddress(fields: Fields): AddressSubject | undefined {
  const subject = { about: "address", ...fields };
  return hasOnly(fields, ["address"], ["target", "name", "owner"]) ? (subject as AddressSubject) : undefined;
}

function onAsset(fields: Fields): AssetSubject | undefined {
  const subject = { about: "asset", ...fields };
  return hasOnly(fields, ["asset"], HOST) && isOnHost(fields) ? (subject as AssetSubject) : undefined;
}

function onTarget(fields: Fields): TargetSubject | undefined {
  return hasOnly(fields, ["target"], ["owner"]) ? ({ about: "target", ...fields } as TargetSubject) : undefined;
}

function onSensor(fields: Fields): SensorSubject | undefined {
  return hasOnly(fields, ["sensor"], []) ? ({ about: "sensor", ...fields } as SensorSubject) : undefined;
}

const HOST = ["asset", "target", "address", "addresses", "owner"] as const;

/** An asset with one, several or no known addresses; otherwise one address. */
function isOnHost({ asset, address, addresses }: Fields): boolean {
  if (asset === undefined) return address !== undefined && addresses === undefined;
  return address === undefined || addresses === undefined;
}

function hasOnly(
  fields: Fields,
  required: readonly (keyof StoredSubject)[],
  optional: readonly (keyof StoredSubject)[],
): boolean {
  const known = new Set<string>([...required, ...optional]);
  return (
    required.every((field) => fields[field] !== undefined) &&
    Object.entries(fields).every(([field, value]) => known.has(field) && IS[field as keyof StoredSubject](value))
  );
}

const isText = (value: unknown): boolean => typeof value === "string";
const isPort = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 65_535;

const IS: Readonly<Record<keyof StoredSubject, (value: unknown) => boolean>> = {
  asset: isText,
  target: isText,
  sensor: isText,
  address: isText,
  addresses: (value) => Array.isArray(value) && value.length > 1 && value.every(isText),
  name: isText,
  transport: (value) => TRANSPORTS.some((transport) => transport === value),
  port: isPort,
  ports: (value) => Array.isArray(value) && value.length === 2 && value.every(isPort),
  owner: isText,
  product: isText,
  version: isText,
  endpoints: (value) => Array.isArray(value) && value.length > 0 && value.every(isEndpoint),
};

function isEndpoint(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { vantage, address, transport, port, seenAt }: Fields = { ...value };
  if (!isText(vantage) || !isText(address) || !IS.transport(transport) || !isPort(port)) return false;
  return typeof seenAt === "string" && parseInstant(seenAt) !== undefined;
}
