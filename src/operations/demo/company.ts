import type { ServiceIdentity } from "../../model/index.ts";
import type { SimulatedHost, SimulatedPort } from "../../sensing/simulated/index.ts";

/** A network segment of the demo company. All addresses are from blocks reserved for documentation (RFC 5737, RFC 3849). */
export interface Segment {
  readonly name: "dmz" | "app" | "data" | "office";
  readonly systemType: string;
  readonly owner: string;
  readonly prefix: string;
  /** Authorized services of every host, then those that some hosts have. */
  readonly services: readonly (keyof typeof SERVICES)[];
  readonly optional: readonly (keyof typeof SERVICES)[];
}

export interface DemoHost {
  readonly name: string;
  readonly address: string;
  readonly segment: Segment["name"];
}

const SERVICES = {
  ssh: [22, "ssh", "OpenSSH", "9.9p2"],
  smtp: [25, "smtp", "Postfix", "3.10.1"],
  http: [80, "http", "nginx", "1.28.0"],
  https: [443, "http", "nginx", "1.28.0"],
  smb: [445, "smb", "Samba", "4.22.3"],
  mysql: [3306, "mysql", "MySQL", "8.4.5"],
  postgresql: [5432, "postgresql", "PostgreSQL", "17.5"],
  amqp: [5672, "amqp", "RabbitMQ", "4.1.1"],
  redis: [6379, "redis", "Redis", "8.0.2"],
  jetty: [8080, "http", "Jetty", "12.0.22"],
  metrics: [9100, "http", "node_exporter", "1.9.1"],
  mongodb: [27017, "mongodb", "MongoDB", "8.0.9"],
  telnet: [23, "telnet", undefined, undefined],
  vnc: [5900, "vnc", undefined, undefined],
} as const;
export type ServiceName = keyof typeof SERVICES;

export const SEGMENTS: readonly Segment[] = [
  {
    name: "dmz",
    systemType: "web-server",
    owner: "team-web",
    prefix: "203.0.113.",
    services: ["http", "https"],
    optional: ["smtp", "ssh"],
  },
  {
    name: "app",
    systemType: "server",
    owner: "team-shop",
    prefix: "198.51.100.",
    services: ["ssh", "jetty"],
    optional: ["amqp", "redis", "https"],
  },
  {
    name: "data",
    systemType: "database",
    owner: "team-data",
    prefix: "192.0.2.",
    services: ["ssh", "postgresql"],
    optional: ["mysql", "redis"],
  },
  {
    name: "office",
    systemType: "workstation",
    owner: "team-it",
    prefix: "2001:db8:10::",
    services: [],
    optional: ["ssh", "smb"],
  },
];

/** Hosts of each segment, in the order of {@link SEGMENTS}. */
export const SIZES = {
  small: { dmz: 8, app: 14, data: 9, office: 17 },
  large: { dmz: 120, app: 240, data: 200, office: 440 },
} as const;
export type DemoSize = keyof typeof SIZES;

/** Addresses after the hosts of a segment that nobody declared and that answer nothing at first. */
const SPARE: Readonly<Record<Segment["name"], number>> = { dmz: 1, app: 0, data: 0, office: 1 };

const hostNumber = (index: number, { prefix }: Segment): string =>
  prefix.endsWith(":") ? (index + 1).toString(16) : String(index + 1);

export const addressIn = (segment: Segment, index: number): string => `${segment.prefix}${hostNumber(index, segment)}`;

export function segmentNamed(name: Segment["name"]): Segment {
  const found = SEGMENTS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no segment ${name}`);
  return found;
}

export function hostsOf(size: DemoSize): DemoHost[] {
  return SEGMENTS.flatMap((segment) =>
    Array.from({ length: SIZES[size][segment.name] }, (_, index) => ({
      name: `${segment.name}-${String(index + 1).padStart(2, "0")}`,
      address: addressIn(segment, index),
      segment: segment.name,
    })),
  );
}

/** The network as it is on the first day. The same random numbers give the same network. */
export function networkOf(hosts: readonly DemoHost[], random: () => number): SimulatedHost[] {
  return hosts.map(({ address, segment }) => {
    const { services, optional } = segmentNamed(segment);
    const some = optional.filter(() => random() < 0.4);
    return { address, open: [...services, ...some].map(portOf) };
  });
}

export function portOf(name: ServiceName): SimulatedPort {
  const [port, service, product, version] = SERVICES[name];
  return { transport: "tcp", port, service: identityOf(service, product, version) };
}

export function identityOf(service: string, product?: string, version?: string): ServiceIdentity {
  const said = [service, product, version].filter((part) => part !== undefined).join(" ");
  const evidence = Buffer.from(`${said} ready\r\n`).toString("base64");
  return {
    service,
    ...(product === undefined ? {} : { product }),
    ...(version === undefined ? {} : { version }),
    confidence: "high",
    evidence,
  };
}

/** Every port that is swept. */
const PORTS = [...new Set(Object.values(SERVICES).map(([port]) => port)), 21, 111, 2049, 3389, 8000, 8888].toSorted(
  (a, b) => a - b,
);

/** The file that somebody of the demo company wrote, from the instant on at which the authorization to scan begins. */
export function scopeDocument(
  size: DemoSize,
  {
    from,
    until,
    cadences,
    declared = [],
  }: {
    readonly from: string;
    readonly until: string;
    readonly cadences: Readonly<Record<Segment["name"], string>>;
    /** Hosts that were found and declared since. */
    readonly declared?: readonly DemoHost[];
  },
): string {
  const ranges = SEGMENTS.map((segment) => {
    const last = SIZES[size][segment.name] + SPARE[segment.name] - 1;
    return { segment, range: `${addressIn(segment, 0)}-${addressIn(segment, last)}` };
  });
  const ports = JSON.stringify(PORTS.join(","));
  return `version: 1
name: Harbour Lights (synthetic)
systemTypes:
${SEGMENTS.map(({ name, systemType }) => `  ${systemType}: { cadence: ${cadences[name]}, criticality: ${name === "office" ? "normal" : "high"}, ports: ${ports} }`).join("\n")}
targets:
${ranges.map(({ segment: { name, systemType, owner }, range }) => `  - { name: ${name}, addresses: ["${range}"], systemType: ${systemType}, segment: ${name}, environment: production, owner: ${owner} }`).join("\n")}
assets:
${[...hostsOf(size), ...declared].map(({ name, address }) => `  - { name: ${name}, addresses: ["${address}"] }`).join("\n")}
authorizations:
  - reference: SEC-DEMO
    grantedBy: Grace Hopper
    from: ${from}
    until: ${until}
    addresses: [${ranges.map(({ range }) => `"${range}"`).join(", ")}]
`;
}

interface Authorized {
  readonly segment: Segment["name"];
  readonly service: ServiceName;
  readonly presence?: "optional";
  readonly expires?: string;
  readonly justification: string;
}

/** What the company approved first: the services of each segment. */
export const FIRST_PORTS: readonly Authorized[] = SEGMENTS.flatMap(({ name, services, optional }) => [
  ...services.map((service) => ({ segment: name, service, justification: `the ${name} hosts serve ${service}` })),
  ...optional.map((service) => ({
    segment: name,
    service,
    presence: "optional" as const,
    justification: `some ${name} hosts serve ${service}`,
  })),
]);

export function baselineDocument(ports: readonly Authorized[]): string {
  return `version: 1
authorizedPorts:
${ports
  .map(({ segment, service, presence, expires, justification }) => {
    const { systemType, owner } = segmentNamed(segment);
    const [port, protocol] = SERVICES[service];
    const further = [presence && `presence: ${presence}`, expires && `expires: ${expires}`].filter(Boolean);
    return `  - { systemType: ${systemType}, port: ${port}, service: ${protocol}, owner: ${owner}, justification: "${justification}"${further.map((each) => `, ${each}`).join("")} }`;
  })
  .join("\n")}
`;
}
