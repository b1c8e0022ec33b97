import { describe, expect, it } from "vitest";
import { socketsOfTable } from "./socket-table.ts";

const HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const line = (local: string, state: string): string =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 4711 1 00000000 100 0 0 10 0\n`;

describe("a table of /proc/net", () => {
  it.each([
    ["0100007F:0016", "127.0.0.1", 22],
    ["00000000:01BB", "0.0.0.0", 443],
    ["00000000000000000000000000000000:1F90", "::", 8080],
    ["00000000000000000000000001000000:1F90", "::1", 8080],
    ["B80D0120000000000000000001000000:0050", "2001:db8::1", 80],
    ["0000000000000000FFFF00000100007F:0050", "127.0.0.1", 80],
  ])("holds %s as %s port %d", (local, address, port) => {
    const socket = { address, port, uid: 1000, inode: 4711 };
    expect(socketsOfTable(HEAD + line(local, "0A"), "tcp", true)).toEqual([{ transport: "tcp", ...socket }]);
    expect(socketsOfTable(HEAD + line(local, "07"), "udp", true)).toEqual([{ transport: "udp", ...socket }]);
  });

  it("is read in the words of a big-endian machine as they are", () => {
    expect(socketsOfTable(line("7F000001:0016", "0A"), "tcp", false)).toMatchObject([
      { address: "127.0.0.1", port: 22 },
    ]);
  });

  it("skips sockets that do not listen, and lines that are not part of the table", () => {
    const connected = HEAD + line("0100007F:0016", "01") + line("0100007F:0016", "06");
    expect(socketsOfTable(connected, "tcp", true)).toEqual([]);
    expect(socketsOfTable(connected, "udp", true)).toEqual([]);
    expect(socketsOfTable("0: zz:0016 x 0A\n\n \0 garbage 0A 0A 0A", "tcp", true)).toEqual([]);
  });
});
