import { describe, expect, it } from "vitest";
import { listeningSockets } from "./socket-table.ts";

const HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const line = (local: string, state: string): string =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 4711 1 00000000 100 0 0 10 0\n`;

describe("listeningSockets", () => {
  it.each([
    ["0100007F:0016", "127.0.0.1", 22],
    ["00000000:01BB", "0.0.0.0", 443],
    ["00000000000000000000000000000000:1F90", "::", 8080],
    ["00000000000000000000000001000000:1F90", "::1", 8080],
    ["B80D0120000000000000000001000000:0050", "2001:db8::1", 80],
    ["0000000000000000FFFF00000100007F:0050", "127.0.0.1", 80],
  ])("reads %s as %s port %d", (local, address, port) => {
    expect(listeningSockets(HEAD + line(local, "0A"), true)).toEqual([{ address, port, uid: 1000, inode: "4711" }]);
  });

  it("reads the words of a big-endian machine as they are", () => {
    expect(listeningSockets(line("7F000001:0016", "0A"), false)).toMatchObject([{ address: "127.0.0.1", port: 22 }]);
  });

  it("passes over everything that does not listen or is not a table", () => {
    expect(listeningSockets(HEAD + line("0100007F:0016", "01") + line("0100007F:0016", "06"), true)).toEqual([]);
    expect(listeningSockets("0: zz:0016 x 0A\n\n \0 garbage 0A 0A 0A", true)).toEqual([]);
  });
});
