import type { Transport } from "../../model/index.ts";
import { portSet, type PortSet } from "../../scope/index.ts";

const LIST = /^\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?)*$/;

/**
 * The ports of an nmap XML attribute: `22,80-90`. Port 0, which nmap can probe and nobody can listen on, is left out.
 * Undefined for any other text.
 */
export function readPortList(text: string, transport: Transport): PortSet | undefined {
  if (!LIST.test(text)) return undefined;
  const ranges: [number, number][] = [];
  for (const part of text.split(",")) {
    const [from = Number.NaN, to = from] = part.split("-").map(Number);
    if (!(from <= to && to <= 65_535)) return undefined;
    if (to > 0) ranges.push([Math.max(1, from), to]);
  }
  return portSet({ [transport]: ranges });
}

/** 1 to 65535 in decimal; undefined for anything else. */
export function readPort(text: unknown): number | undefined {
  const port = typeof text === "number" ? text : typeof text === "string" && /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : undefined;
}
