import type { Transport } from "../model/index.ts";
import { quoted } from "../platform/documents/index.ts";

/** An inclusive run of ports. */
export type PortRange = readonly [first: number, last: number];

export type ReadPorts =
  | { readonly ok: true; readonly tcp: readonly PortRange[]; readonly udp: readonly PortRange[] }
  | { readonly ok: false; readonly problem: string; readonly fix: string };

/** Longer than all 65,535 ports one by one never gets; a list this long should be ranges. */
const LONGEST = 10_000;
const EXAMPLE = "write ports as 22,80-90,U:53, or - for all of TCP";

/** Like {@link parsePorts}, with problem and fix separate for errors that have a place. */
export function readPorts(text: string): ReadPorts {
  if (text.length > LONGEST)
    return {
      ok: false,
      problem: `a port list longer than ${LONGEST} characters`,
      fix: "write ranges (1-1024) instead of single ports",
    };
  if (text.trim() === "") return { ok: false, problem: "no ports are given", fix: EXAMPLE };
  const found: Record<Transport, PortRange[]> = { tcp: [], udp: [] };
  let transport: Transport = "tcp";
  for (const part of text.split(",").map((piece) => piece.trim())) {
    const prefix = /^([A-Za-z]):/.exec(part);
    let ports = part;
    if (prefix !== null) {
      const letter = (prefix[1] ?? "").toUpperCase();
      if (letter !== "T" && letter !== "U")
        return {
          ok: false,
          problem: `${quoted(part, 40)} asks for a transport other than TCP and UDP`,
          fix: "use the prefix T: or U:",
        };
      transport = letter === "T" ? "tcp" : "udp";
      ports = part.slice(2).trim();
    }
    const range = readRange(ports, part);
    if (!range.ok) return range;
    found[transport].push(range.range);
  }
  return { ok: true, ...found };
}

function readRange(
  ports: string,
  part: string,
): { ok: true; range: PortRange } | { ok: false; problem: string; fix: string } {
  const match = /^(\d*)(-?)(\d*)$/.exec(ports);
  if (match === null)
    return { ok: false, problem: `${quoted(part, 40)} is not a port`, fix: `${EXAMPLE}; service names are not read` };
  const [, from = "", dash, to = ""] = match;
  if (dash === "" && from === "")
    return {
      ok: false,
      problem: part === "" ? "an empty part between commas" : `${quoted(part, 40)} names no port`,
      fix: EXAMPLE,
    };
  for (const port of [from, to]) {
    if (port === "") continue;
    if (Number(port) === 0)
      return {
        ok: false,
        problem: `port 0 in ${quoted(part, 40)} cannot be scanned`,
        fix: "use ports from 1 to 65535",
      };
    if (Number(port) > 65535)
      return {
        ok: false,
        problem: `port ${port.slice(0, 12)} in ${quoted(part, 40)} is out of 1-65535`,
        fix: "use ports from 1 to 65535",
      };
  }
  const first = from === "" ? 1 : Number(from);
  const last = dash === "" ? first : to === "" ? 65535 : Number(to);
  if (first > last)
    return { ok: false, problem: `the range ${quoted(part, 40)} is reversed`, fix: `write ${last}-${first}` };
  return { ok: true, range: [first, last] };
}
