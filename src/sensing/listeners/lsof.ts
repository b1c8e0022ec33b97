import { canonicalAddress } from "../../scope/index.ts";
import type { BoundSocket } from "./bound-socket.ts";

/**
 * Arguments for lsof(8): numbers instead of names, all UDP sockets and TCP listeners, one field per line with process,
 * command, user number, login name, descriptor, address family, protocol and name.
 */
export const LSOF_ARGUMENTS = ["-nP", "-iTCP", "-sTCP:LISTEN", "-iUDP", "-F", "pcuLftPn"] as const;

/**
 * Reads the fields (lsof(8), "OUTPUT FOR OTHER PROGRAMS"): a line is the field's letter and its value; `p` begins a
 * process, `f` a file of it. lsof writes control characters of a command escaped, so a line is a line. A UDP socket
 * that is connected (`->`) waits for nobody else. Unreadable lines are skipped.
 */
export function socketsOfLsof(output: string): BoundSocket[] {
  const found: BoundSocket[] = [];
  let owner: { pid?: number; process?: string; uid?: number; user?: string } = {};
  let file: { family?: string; protocol?: string } = {};
  for (const line of output.split("\n")) {
    const value = line.slice(1);
    switch (line[0]) {
      case "p":
        owner = /^\d{1,10}$/.test(value) ? { pid: Number(value) } : {};
        file = {};
        break;
      case "c":
        owner.process = value;
        break;
      case "u":
        if (/^\d{1,10}$/.test(value)) owner.uid = Number(value);
        break;
      case "L":
        owner.user = value;
        break;
      case "f":
        file = {};
        break;
      case "t":
        file.family = value;
        break;
      case "P":
        file.protocol = value;
        break;
      case "n": {
        const transport = file.protocol === "TCP" ? "tcp" : file.protocol === "UDP" ? "udp" : undefined;
        const bound = boundAt(value, file.family === "IPv6");
        if (transport !== undefined && bound !== undefined) found.push({ transport, ...bound, ...owner });
        break;
      }
      default:
        break;
    }
  }
  return found;
}

/** `*:80`, `127.0.0.1:80`, `[::1]:80`, with a zone perhaps; undefined for `*:*` and for connections. */
function boundAt(name: string, isIpv6: boolean): { address: string; port: number } | undefined {
  const [, host = "", port = ""] = /^(\*|\[[^\]]+\]|[\d.]+):(\d{1,5})$/.exec(name) ?? [];
  const text = host === "*" ? (isIpv6 ? "::" : "0.0.0.0") : host.replace(/^\[([^\]%]+)(%[^\]]*)?\]$/, "$1");
  const address = canonicalAddress(text);
  if (address === undefined || Number(port) < 1 || Number(port) > 65_535) return undefined;
  return { address, port: Number(port) };
}
