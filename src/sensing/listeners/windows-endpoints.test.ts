import { expect, it } from "vitest";
import { socketsOfPowerShell } from "./windows-endpoints.ts";

// Written by hand after the documentation of Get-NetTCPConnection, Get-NetUDPEndpoint, Get-Process and ConvertTo-Json.
const OUTPUT = `\uFEFF{"tcp":[{"LocalAddress":"::","LocalPort":135,"OwningProcess":968},{"LocalAddress":"127.0.0.1","LocalPort":5939,"OwningProcess":4120}],"udp":[{"LocalAddress":"fe80::88d2:ae2b:d5e8:2a3e%12","LocalPort":1900,"OwningProcess":2204}],"processes":[{"Id":968,"ProcessName":"svchost","Path":null},{"Id":4120,"ProcessName":"Team\\u001bViewer","Path":"C:\\\\Program Files\\\\x.exe"},"odd"]}\r\n`;

it("reads the listeners and their programs from PowerShell's JSON", () => {
  expect(socketsOfPowerShell(OUTPUT)).toEqual([
    { transport: "tcp", address: "::", port: 135, pid: 968, process: "svchost" },
    {
      transport: "tcp",
      address: "127.0.0.1",
      port: 5939,
      pid: 4120,
      process: "Team\u001bViewer",
      executable: "C:\\Program Files\\x.exe",
    },
    { transport: "udp", address: "fe80::88d2:ae2b:d5e8:2a3e", port: 1900, pid: 2204 },
  ]);
});

it("skips elements that are not endpoints, and rejects any other document", () => {
  const odd = { LocalAddress: "evil", LocalPort: 1, OwningProcess: 1 };
  const far = { LocalAddress: "::", LocalPort: 70_000, OwningProcess: 1 };
  expect(socketsOfPowerShell(JSON.stringify({ tcp: [odd, far, 3], udp: [], processes: [] }))).toEqual([]);
  for (const text of ["", "null", "[]", "{}", "Access denied"]) expect(socketsOfPowerShell(text)).toBeUndefined();
});
