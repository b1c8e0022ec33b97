import { expect, it } from "vitest";
import { socketsOfLsof } from "./lsof.ts";

// Written by hand after lsof(8) and the output of lsof 4.95 on Linux; macOS prints the same fields.
const OUTPUT = `p412
cmDNSResponder
u65
L_mdnsresponder
f6
tIPv4
PUDP
n*:5353
f7
tIPv6
PUDP
n*:5353
f9
tIPv4
PUDP
n10.0.0.4:49152->10.0.0.1:53
p501
cnode\\x20\\x1b[2J
u501
Lada
f22
tIPv6
PTCP
n*:8080
f23
tIPv4
PTCP
n127.0.0.1:8081
f24
tIPv6
PTCP
n[::1]:8082
f25
tIPv6
PTCP
n[fe80:4::1]:8083
`;

it("reads TCP listeners and UDP receivers from lsof", () => {
  const mdns = { transport: "udp", port: 5353, pid: 412, process: "mDNSResponder", uid: 65, user: "_mdnsresponder" };
  const node = { transport: "tcp", pid: 501, process: "node\\x20\\x1b[2J", uid: 501, user: "ada" };
  expect(socketsOfLsof(OUTPUT)).toEqual([
    { ...mdns, address: "0.0.0.0" },
    { ...mdns, address: "::" },
    { ...node, address: "::", port: 8080 },
    { ...node, address: "127.0.0.1", port: 8081 },
    { ...node, address: "::1", port: 8082 },
    { ...node, address: "fe80:4::1", port: 8083 },
  ]);
});

it.each(["*:*", "*:0", "*:99999", "evil", "[::1%lo0]:x", "1.2.3.4.5:80", "\u001b[2J:80"])("passes over %j", (name) => {
  expect(socketsOfLsof(`p1\ncx\nf1\ntIPv4\nPTCP\nn${name}\n`)).toEqual([]);
});

it("carries nothing from one process into the next", () => {
  expect(socketsOfLsof("p1\ncfirst\nu0\nf1\ntIPv4\nPTCP\np2\nf3\nn*:80\np3x\nf4\ntIPv4\nPTCP\nn*:81\n")).toEqual([
    { transport: "tcp", address: "0.0.0.0", port: 81 },
  ]);
});
