import { describe, expect, it } from "vitest";
import type { Endpoint } from "../../model/index.ts";
import { bindScope } from "./bind-scope.ts";
import type { BoundSocket } from "./bound-socket.ts";
import { type Listener, listenerFor, listenerKey, toListeners } from "./listener.ts";

const at = (address: string, port: number): Endpoint => ({ address, transport: "tcp", port });
const listener = (address: string, port: number, process: string, ipv6Only?: boolean): Listener => ({
  transport: "tcp",
  address,
  port,
  process,
  bind: bindScope(address),
  ...(ipv6Only === undefined ? {} : { ipv6Only }),
});

describe("the listener behind an endpoint", () => {
  const all = [
    listener("::", 80, "dual"),
    listener("0.0.0.0", 80, "any4"),
    listener("127.0.0.1", 80, "local"),
    listener("::", 443, "dual", false),
    listener("127.0.0.1", 22, "local"),
    listener("::", 25, "six", true),
  ];

  it.each([
    [at("127.0.0.1", 80), "local"],
    [at("192.0.2.1", 80), "any4"],
    [at("2001:db8::1", 80), "dual"],
    [at("192.0.2.1", 443), "dual"],
    [at("192.0.2.1", 22), undefined],
    [at("127.0.0.1", 23), undefined],
    [at("192.0.2.1", 25), undefined],
    [at("2001:db8::1", 25), "six"],
    [{ ...at("127.0.0.1", 80), transport: "udp" } as const, undefined],
  ])("of %j is %s", (endpoint, process) => {
    expect(listenerFor(endpoint, all)?.process).toBe(process);
  });
});

it.each([
  ["0.0.0.0", "any"],
  ["::", "any"],
  ["127.8.8.8", "loopback"],
  ["::1", "loopback"],
  ["192.168.3.4", "private"],
  ["fd00::1", "private"],
  ["fe80::1", "private"],
  ["192.0.2.1", "specific"],
  ["2001:db8::1", "specific"],
  ["224.0.0.251", "specific"],
])("a socket bound to %s is bound to %s", (address, scope) => {
  expect(bindScope(address)).toBe(scope);
});

describe("listeners of sockets", () => {
  const socket: BoundSocket = { transport: "tcp", address: "0.0.0.0", port: 80, uid: 33, inode: 7, cookie: 1 };
  const users = new Map([[33, "www"]]);

  it("are one where processes of one program share the port, and the lowest number is named", () => {
    const owners = new Map([
      [7, { pid: 21, process: "web", executable: "/bin/web" }],
      [8, { pid: 20, process: "web", executable: "/bin/web" }],
      [9, { pid: 5, process: "other", executable: "/bin/other" }],
    ]);
    const sockets = [socket, { ...socket, inode: 8, cookie: 2 }, { ...socket, inode: 9, cookie: 3 }];
    expect(toListeners(sockets, { owners, users, namespace: 4 })).toMatchObject([
      { pid: 20, executable: "/bin/web", user: "www", bind: "any", namespace: 4 },
      { pid: 5, executable: "/bin/other" },
    ]);
  });

  it("have a key that a restart does not change, and another program does", () => {
    const key = (pid: number, executable: string) => {
      const owners = new Map([[7, { pid, executable }]]);
      return toListeners([socket], { owners, users }).map(listenerKey);
    };
    expect(key(1, "/bin/web")).toEqual(key(2, "/bin/web"));
    expect(key(1, "/bin/web")).not.toEqual(key(1, "/bin/other"));
  });

  it("show the texts of a process bounded and without control characters", () => {
    const owned = { ...socket, process: `a\u001b[2J\nb${"x".repeat(500)}`, user: "e\u202evil" };
    const [found] = toListeners([owned], { owners: new Map(), users });
    expect(found?.process).toMatch(/^a\\u\{1b\}\[2J\\u\{a\}bx+…$/);
    expect(found?.process?.length).toBeLessThan(120);
    expect(found?.user).toBe("e\\u{202e}vil");
  });
});
