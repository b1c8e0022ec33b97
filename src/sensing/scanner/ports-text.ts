import { portSet, type PortSet } from "../../scope/index.ts";
import type { PlanBlock } from "./plan.ts";

/** The ports of all blocks in one text, for the record and for people. */
export function portsText(blocks: readonly PlanBlock[]): string {
  return blocks.reduce<PortSet>((all, block) => all.union(block.ports), portSet({ tcp: [], udp: [] })).format();
}
