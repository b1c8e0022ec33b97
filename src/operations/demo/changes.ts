import type { SimulatedHost, WorldChange } from "../../sensing/simulated/index.ts";
import { addressIn, identityOf, portOf, segmentNamed, SIZES, type DemoSize, type Segment } from "./company.ts";
import { DAY, HOUR, type Calendar } from "./calendar.ts";

/** Of the endpoints open in the beginning, so many change in a day. */
const CHANGES_A_DAY = 0.004;
/** Long enough for a daily sweep to see it, at whatever hour that is. */
const LASTS = 30 * HOUR;
const STRAY = [21, 111, 2049, 3389, 8000, 8888];

/** A web server that somebody put into the DMZ without telling anyone, on the first spare address. */
export const shadowAddress = (size: DemoSize, segment: Segment["name"] = "dmz"): string =>
  addressIn(segmentNamed(segment), SIZES[size][segment]);

/** The changes of the network in the order of time: the story, and the small ones of every day. */
export function changesOf(
  size: DemoSize,
  hosts: readonly SimulatedHost[],
  calendar: Calendar,
  random: () => number,
): WorldChange[] {
  return [...storyOf(size, calendar), ...drift(hosts, calendar, random)].toSorted((a, b) => a.at - b.at);
}

function storyOf(size: DemoSize, { at, end }: Calendar): WorldChange[] {
  const host = (name: Segment["name"], number: number): string => addressIn(segmentNamed(name), number - 1);
  const opens = (when: number, address: string, port: ReturnType<typeof portOf>): WorldChange => ({
    kind: "opens",
    at: when,
    address,
    ...port,
  });
  const closes = (when: number, address: string, port: number): WorldChange => ({
    kind: "closes",
    at: when,
    address,
    transport: "tcp",
    port,
  });
  const without = (name: Parameters<typeof portOf>[0]): ReturnType<typeof portOf> => {
    const { service, ...port } = portOf(name);
    return service === undefined ? port : { ...port, service: { ...service, access: "anonymous" } };
  };
  const product = (name: Parameters<typeof portOf>[0], service: string, made: string, version: string) => ({
    ...portOf(name),
    service: identityOf(service, made, version),
  });
  return [
    // Monitoring is rolled out on one host before anybody asked; the approval on day 8 settles it.
    opens(at(7, 10), host("app", 3), portOf("metrics")),
    ...[1, 2, 4].map((number) => opens(at(8, 13), host("app", number), portOf("metrics"))),
    // The forgotten test database.
    opens(at(10, 15), host("app", 7), without("mongodb")),
    opens(at(13, 1), host("dmz", 2), portOf("telnet")),
    closes(at(13, 1) + LASTS, host("dmz", 2), 23),
    // A switch of the data segment fails.
    ...[5, 6, 7, 8].flatMap((number): WorldChange[] => [
      { kind: "goes-down", at: at(21, 2), address: host("data", number) },
      { kind: "comes-up", at: at(21, 2) + LASTS, address: host("data", number) },
    ]),
    opens(at(24, 11), shadowAddress(size), product("http", "http", "Apache", "2.4.63")),
    opens(at(24, 11), shadowAddress(size), portOf("ssh")),
    opens(at(26, 9), host("office", 4), portOf("vnc")),
    closes(at(29, 17), host("office", 4), 5900),
    // A rollback brings back a version past its end of life.
    opens(at(28, 8), host("dmz", 3), product("http", "http", "nginx", "1.18.0")),
    opens(at(31, 10), host("dmz", 3), portOf("http")),
    opens(at(31, 9), host("data", 2), portOf("smb")),
    opens(at(33, 4), host("app", 5), { ...portOf("jetty"), service: identityOf("ssh", "OpenSSH", "9.9p2") }),
    opens(at(34, 12), host("app", 5), portOf("jetty")),
    closes(at(38, 1), host("dmz", 5), 443),
    opens(at(38, 1) + LASTS, host("dmz", 5), portOf("https")),
    opens(at(39, 10), shadowAddress(size, "office"), portOf("smb")),
    opens(end - 3 * HOUR, host("dmz", 1), without("redis")),
  ];
}

/** Services that restart, and ports that open for some hours. */
function drift(hosts: readonly SimulatedHost[], { start, end }: Calendar, random: () => number): WorldChange[] {
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const serving = hosts.filter(({ open }) => open.length > 0);
  const endpoints = serving.reduce((sum, { open }) => sum + open.length, 0);
  const changes: WorldChange[] = [];
  for (let day = start + 3 * DAY; day < end - 2 * DAY; day += DAY) {
    for (let left = endpoints * CHANGES_A_DAY; left > random(); left -= 1) {
      const { address, open } = pick(serving);
      const at = day + Math.floor(random() * DAY);
      const until = at + Math.floor((3 + random() * 20) * HOUR);
      if (random() < 0.5) {
        const port = pick(open);
        changes.push({ kind: "closes", at, address, transport: "tcp", port: port.port });
        changes.push({ kind: "opens", at: until, address, ...port });
      } else {
        const stray = { address, transport: "tcp", port: pick(STRAY) } as const;
        changes.push({ kind: "opens", at, ...stray }, { kind: "closes", at: until, ...stray });
      }
    }
  }
  return changes;
}
