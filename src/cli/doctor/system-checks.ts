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
        fix: "start it through bin/portolan.js (npx portolan), which brings its own",
      };
}

export async function checkDescriptors(machine: Machine): Promise<Check> {
  const name = "file descriptors";
  const limits = await machine.readText("/proc/self/limits");
  const soft = /^Max open files\s+(\S+)/m.exec(limits ?? "")?.[1];
  if (soft === undefined)
    return { name, verdict: "limited", detail: "unknown: this system does not say; sweeps keep to what they get" };
  const limit = soft === "unlimited" ? Infinity : Number(soft);
  if (limit >= COMFORTABLE_DESCRIPTORS) return { name, verdict: "ok", detail: `${soft} may be open at once` };
  return {
    name,
    verdict: limit < 128 ? "broken" : "limited",
    detail: `${soft} may be open at once, so sweeps are slower`,
    fix: `ulimit -n ${COMFORTABLE_DESCRIPTORS}, or LimitNOFILE in the systemd unit`,
  };
}

/** Asked of the engines themselves: this process may have sockets, and no right any more to open them. */
export function checkRawSockets(engine: EngineDescription | undefined): Check {
  const name = "raw sockets";
  if (engine?.name === "syn") return { name, verdict: "ok", detail: "allowed; the right is given up at every start" };
  const detail = `not allowed; everything but the engine syn works, and ${engine?.name ?? "no engine"} serves`;
  return engine?.grant === undefined
    ? { name, verdict: "limited", detail }
    : {
        name,
        verdict: "limited",
        detail,
        fix: `${engine.grant}; setcap gives it to every script that this node runs, so give it to a copy for Portolan alone`,
      };
}

export function checkEngine(engine: EngineDescription | undefined): Check {
  const name = "engine";
  if (engine === undefined)
    return { name, verdict: "broken", detail: "could not be chosen", fix: "npm ci, so that every package is whole" };
  // What a right would change is the check before this one.
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
    detail: found.length === 0 ? "no nmap, masscan or naabu here; only comparisons need them" : found.join(", "),
  };
}
