import type { EngineDescription } from "../app-port.ts";
import type { Check, Machine } from "./check.ts";

const NEEDED_NODE = 24;
const COMFORTABLE_DESCRIPTORS = 1024;

export function checkNode(machine: Machine): Check {
  const major = Number(machine.nodeVersion.split(".")[0]);
  return major >= NEEDED_NODE
    ? { name: "node", verdict: "ok", detail: `version ${machine.nodeVersion}` }
    : {
        name: "node",
        verdict: "broken",
        detail: `version ${machine.nodeVersion}; ${NEEDED_NODE} or newer is needed`,
        fix: "start Portolan by its own file, bin/portolan, which uses its own Node",
      };
}

export async function checkDescriptors(machine: Machine): Promise<Check> {
  const name = "file descriptors";
  const limits = await machine.readText("/proc/self/limits");
  const soft = /^Max open files\s+(\S+)/m.exec(limits ?? "")?.[1];
  if (soft === undefined)
    return {
      name,
      verdict: "limited",
      detail: "unknown: this system does not report its limit; sweeps adapt to the descriptors they get",
    };
  const limit = soft === "unlimited" ? Infinity : Number(soft);
  if (limit >= COMFORTABLE_DESCRIPTORS) return { name, verdict: "ok", detail: `${soft} can be open at once` };
  return {
    name,
    verdict: limit < 128 ? "broken" : "limited",
    detail: `${soft} can be open at once, so sweeps are slower`,
    fix: `ulimit -n ${COMFORTABLE_DESCRIPTORS}, or LimitNOFILE in the systemd unit`,
  };
}

/** Uses the report of the engines themselves: this process may already hold its sockets, but no longer the privilege to open new ones. */
export function checkRawSockets(engine: EngineDescription | undefined): Check {
  const name = "raw sockets";
  if (engine?.name === "syn")
    return { name, verdict: "ok", detail: "allowed; Portolan drops the capability at every start" };
  const detail = `not allowed; everything except the engine syn works; engine in use: ${engine?.name ?? "none"}`;
  return engine?.grant === undefined
    ? { name, verdict: "limited", detail }
    : {
        name,
        verdict: "limited",
        detail,
        fix: `${engine.grant}; setcap grants it to every script that this node runs, so use a copy of node for Portolan alone`,
      };
}

export function checkEngine(engine: EngineDescription | undefined): Check {
  const name = "engine";
  if (engine === undefined)
    return {
      name,
      verdict: "broken",
      detail: "no engine could be loaded",
      fix: "npm ci, which restores missing packages",
    };
  // The check of raw sockets reports a missing capability.
  return engine.note === undefined || engine.grant !== undefined
    ? { name, verdict: "ok", detail: engine.note ?? engine.name }
    : { name, verdict: "limited", detail: engine.note };
}

export async function checkPeers(machine: Machine): Promise<Check> {
  const found: string[] = [];
  for (const program of ["nmap", "masscan", "naabu"]) {
    const path = await machine.find(program);
    if (path !== undefined) found.push(path);
  }
  return {
    name: "peers",
    verdict: "ok",
    detail:
      found.length === 0 ? "nmap, masscan and naabu are not installed; only comparisons need them" : found.join(", "),
  };
}
