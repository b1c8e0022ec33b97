import type { EngineDescription } from "../app-port.ts";
import type { Check, Machine } from "./check.ts";

const NEEDED_NODE = 24;
const COMFORTABLE_DESCRIPTORS = 1024;
/** linux/capability.h */
const CAP_NET_RAW = 13n;

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

export async function checkRawSockets(machine: Machine): Promise<Check> {
  const name = "raw sockets";
  const mask = /^CapEff:\s+([0-9a-f]+)$/im.exec((await machine.readText("/proc/self/status")) ?? "")?.[1];
  if (mask === undefined)
    return { name, verdict: "limited", detail: "unknown: this system does not say; the connect engine serves" };
  if (((BigInt(`0x${mask}`) >> CAP_NET_RAW) & 1n) === 1n)
    return { name, verdict: "ok", detail: "allowed (CAP_NET_RAW)" };
  return {
    name,
    verdict: "limited",
    detail: "not allowed; the connect engine serves",
    fix: `only for sweep --engine syn: sudo setcap cap_net_raw+ep ${process.execPath}; a container: --cap-add NET_RAW`,
  };
}

export function checkEngine(engine: EngineDescription | undefined): Check {
  const name = "connect engine";
  if (engine === undefined)
    return { name, verdict: "broken", detail: "could not be chosen", fix: "npm ci, so that every package is whole" };
  return engine.note === undefined
    ? { name, verdict: "ok", detail: engine.name }
    : { name, verdict: "limited", detail: `${engine.name}: ${engine.note}` };
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
