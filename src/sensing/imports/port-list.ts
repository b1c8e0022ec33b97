import type { Transport } from "../../model/index.ts";
import { portSet, type PortSet } from "../../scope/index.ts";

const LIST = /^\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?)*$/;

/** What nmap counts in a list of ports and no endpoint can hold, by reason. */
export interface Unheld {
  /** Port 0, which nmap can probe and nobody can listen on. */
  readonly portZero: number;
  /** Ports of SCTP, and the protocol numbers of an IP protocol scan. */
  readonly otherProtocol: number;
}

/** A list of ports, as far as endpoints can hold it, and the count of the rest: nmap's own counts are of both. */
export interface PortList {
  readonly ports: PortSet;
  readonly unheld: Unheld;
}

/**
 * The ports of an nmap XML attribute: `22,80-90`. `transport` is undefined for a protocol without endpoints; its ports
 * are counted only. Undefined for any other text.
 */
export function readPortList(text: string, transport: Transport | undefined): PortList | undefined {
  if (!LIST.test(text)) return undefined;
  const ranges: [number, number][] = [];
  let portZero = 0;
  let otherProtocol = 0;
  for (const part of text.split(",")) {
    const [from = Number.NaN, to = from] = part.split("-").map(Number);
    if (!(from <= to && to <= 65_535)) return undefined;
    if (transport === undefined) otherProtocol += to - from + 1;
    else if (from === 0) portZero = 1;
    if (to > 0) ranges.push([Math.max(1, from), to]);
  }
  return {
    ports: transport === undefined ? portSet({}) : portSet({ [transport]: ranges }),
    unheld: { portZero, otherProtocol },
  };
}

/** 1 to 65535 in decimal; undefined for anything else. */
export function readPort(text: unknown): number | undefined {
  const port = typeof text === "number" ? text : typeof text === "string" && /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : undefined;
}
