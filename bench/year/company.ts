import type { Instant, ServiceIdentity } from "../../src/model/index.ts";
import type { SimulatedHost, SimulatedPort, WorldChange } from "../../src/sensing/simulated/index.ts";

/** A network of a thousand hosts with five open ports each, and its changes. The same seed gives the same year. */
export const HOSTS = 1_000;
const PORTS_A_HOST = 5;
/** Of the endpoints open in the beginning, so many change in a day: half of the changes end the other half. */
const CHANGES_A_DAY = 0.01;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const SERVICES: readonly (readonly [port: number, service: string, product: string, version: string])[] = [
  [22, "ssh", "OpenSSH", "9.6p1"],
  [25, "smtp", "Postfix", "3.8.4"],
  [53, "dns", "BIND", "9.18.24"],
  [80, "http", "nginx", "1.28.0"],
  [110, "pop3", "Dovecot", "2.3.21"],
  [143, "imap", "Dovecot", "2.3.21"],
  [389, "ldap", "OpenLDAP", "2.6.7"],
  [443, "http", "nginx", "1.28.0"],
  [445, "smb", "Samba", "4.19.5"],
  [3306, "mysql", "MySQL", "8.4.5"],
  [5432, "postgresql", "PostgreSQL", "16.2"],
  [5672, "amqp", "RabbitMQ", "3.12.1"],
  [6379, "redis", "Redis", "7.2.4"],
  [8080, "http", "Jetty", "12.0.6"],
  [8443, "http", "Tomcat", "10.1.19"],
  [9090, "http", "Prometheus", "2.51.0"],
  [9100, "http", "node_exporter", "1.7.0"],
  [9200, "http", "Elasticsearch", "8.12.2"],
  [11211, "memcached", "memcached", "1.6.23"],
  [27017, "mongodb", "MongoDB", "7.0.6"],
];
/** Ports that nobody authorized. */
const STRAY = [21, 23, 111, 2049, 3389, 5900, 8000, 8888];
/** Every port that is swept. */
export const PORTS = [...SERVICES.map(([port]) => port), ...STRAY];

export const addressOf = (host: number): string => `10.20.${(host + 1) >> 8}.${(host + 1) & 255}`;

export const SCOPE = `version: 1
name: a year
systemTypes: { server: { cadence: 1h, staleness: 2h, ports: "${PORTS.join(",")}" } }
targets:
  - { name: network, addresses: [${addressOf(0)}-${addressOf(HOSTS - 1)}], systemType: server, undeclared: allow, owner: team-net }
assets:
${Array.from({ length: HOSTS }, (_, host) => `  - { name: ${nameOf(host)}, addresses: [${addressOf(host)}] }`).join("\n")}
`;

export const BASELINE = `version: 1
authorizedPorts:
${SERVICES.map(([port]) => `  - { systemType: server, port: ${port}, owner: team-net, justification: a service of the company, presence: optional }`).join("\n")}
`;

export function nameOf(host: number): string {
  return `host-${String(host + 1).padStart(4, "0")}`;
}

export function company(seed: number): SimulatedHost[] {
  const random = mulberry32(seed);
  return Array.from({ length: HOSTS }, (_, host) => ({
    address: addressOf(host),
    open: openPorts(random).map((each) => portOf(each)),
  }));
}

/** In the order of time, without end: services that restart, ports that open for some hours and are not authorized. */
export function* changesIn(hosts: readonly SimulatedHost[], from: Instant, seed: number): Generator<WorldChange> {
  const random = mulberry32(seed);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  let waiting: WorldChange[] = [];
  for (let day = from; ; day += DAY) {
    for (let pair = 0; pair < (HOSTS * PORTS_A_HOST * CHANGES_A_DAY) / 2; pair += 1) {
      const { address, open } = pick(hosts);
      const at = day + Math.floor(random() * DAY);
      const until = at + Math.floor((0.1 + random() * 12) * HOUR);
      const port = pick(open);
      const stray = { transport: "tcp", port: pick(STRAY) } as const;
      waiting.push(
        ...(pair % 2 === 0
          ? ([
              { kind: "closes", address, at, transport: "tcp", port: port.port },
              { kind: "opens", address, at: until, ...port },
            ] as const)
          : ([
              { kind: "opens", address, at, ...stray },
              { kind: "closes", address, at: until, ...stray },
            ] as const)),
      );
    }
    waiting.sort((a, b) => a.at - b.at);
    const due = waiting.filter(({ at }) => at < day + DAY);
    waiting = waiting.slice(due.length);
    yield* due;
  }
}

function openPorts(random: () => number): (typeof SERVICES)[number][] {
  const left = SERVICES.slice(1);
  const chosen = SERVICES.slice(0, 1);
  while (chosen.length < PORTS_A_HOST) chosen.push(...left.splice(Math.floor(random() * left.length), 1));
  return chosen.sort(([a], [b]) => a - b);
}

function portOf([port, service, product, version]: (typeof SERVICES)[number]): SimulatedPort {
  const evidence = Buffer.from(`${service} ${product} ${version} ready\r\n`).toString("base64");
  const identity: ServiceIdentity = { service, product, version, confidence: "high", evidence };
  return { transport: "tcp", port, service: identity };
}

/** A generator of 32 bits by Tommy Ettinger, in [0, 1). */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
