import { portSet, type PortSet } from "../../scope/index.ts";
import type { PlanBlock } from "../../sensing/scanner/index.ts";
import { MOST_USED_PORTS } from "./most-used-ports.ts";
import type { RollingPlan, TargetSample } from "./rolling-plan.ts";

/** The hosts of one target that have the same ports. */
export interface SampledBlock extends PlanBlock {
  readonly target: string;
}

/** UDP is left to the full sweeps: hosts limit their refusals to a few a second, so a slice would take hours. */
export function tcpOnly(ports: PortSet): PortSet {
  return portSet({ tcp: ports.tcp });
}

export function mostUsedOf(ports: PortSet): PortSet {
  return portsOf(MOST_USED_PORTS.filter((port) => ports.has("tcp", port)));
}

/**
 * The endpoints of one turn, counted from 0: on every host a part of its most used ports and, if it is the turn of a
 * slice, a stretch of its full range. Consecutive turns cover everything.
 */
export function sliceOf(blocks: readonly SampledBlock[], plan: RollingPlan, turn: number): PlanBlock[] {
  return blocks.flatMap(({ target, addresses, ports }) => {
    const sample = plan.targets.find(({ name }) => name === target);
    if (sample === undefined) return [];
    const tcp = tcpOnly(ports);
    const often = MOST_USED_PORTS.filter(
      (port, index) => index % plan.parts === turn % plan.parts && tcp.has("tcp", port),
    );
    const slice = portsOf(often).union(stretchOf(tcp, sample, turn));
    return slice.size === 0 ? [] : [{ addresses, ports: slice }];
  });
}

function stretchOf(tcp: PortSet, { slices, everyTurns }: TargetSample, turn: number): PortSet {
  if (turn % everyTurns !== 0) return portsOf([]);
  const place = (turn / everyTurns) % slices;
  const from = Math.floor((place * tcp.size) / slices);
  const to = Math.floor(((place + 1) * tcp.size) / slices);
  if (from === to) return portsOf([]);
  const within = portSet({ tcp: [[tcp.at(from).port, tcp.at(to - 1).port]] });
  return tcp.intersect(within);
}

function portsOf(ports: readonly number[]): PortSet {
  return portSet({ tcp: ports.map((port) => [port, port] as const) });
}
