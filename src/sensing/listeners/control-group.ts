import { printable } from "../../platform/documents/index.ts";

/** The unit or container that a process runs in, from its control group. */
export interface Keeper {
  /** Unit of systemd: `ssh.service`, `session-3.scope`. */
  readonly unit?: string;
  /** Container: the first twelve digits of its number, or its name. */
  readonly container?: string;
}

/** Longest name kept; unit names have at most 255 characters (systemd.unit(5)). */
const LONGEST = 128;

/**
 * Reads /proc/PID/cgroup (cgroups(7)): one line per hierarchy, `number:controllers:path`. The unified hierarchy has the
 * number 0; before it, systemd's own is `name=systemd`. Container engines put the container's number into the path:
 * docker-NUMBER.scope, /docker/NUMBER, libpod-NUMBER.scope, cri-containerd-NUMBER.scope, /kubepods/…/NUMBER, /lxc/NAME,
 * /lxc.payload.NAME, machine-NAME.scope.
 */
export function keeperIn(text: string): Keeper {
  const lines = text.split("\n").map((line) => /^(\d+):([^:]*):(\/.*)$/.exec(line));
  const path =
    lines.find((line) => line?.[2] === "name=systemd")?.[3] ?? lines.find((line) => line?.[1] === "0")?.[3] ?? "";
  const parts = lines.flatMap((line) => (line?.[3] ?? "").split("/"));
  const unit = path.split("/").findLast((part) => /\.(service|scope|socket|mount)$/.test(part));
  const container = containerIn(parts, path);
  return {
    ...(unit === undefined || container !== undefined ? {} : { unit: printable(unit, LONGEST) }),
    ...(container === undefined ? {} : { container: printable(container, LONGEST) }),
  };
}

function containerIn(parts: readonly string[], path: string): string | undefined {
  for (const part of parts) {
    const number = /(?:^|[-:])([0-9a-f]{64})(?:\.scope)?$/.exec(part)?.[1];
    if (number !== undefined) return number.slice(0, 12);
    const named = /^(?:lxc\.payload\.(.+)|machine-(.+)\.scope)$/.exec(part);
    if (named !== null) return named[1] ?? named[2];
  }
  return /\/lxc\/([^/]+)/.exec(path)?.[1];
}
