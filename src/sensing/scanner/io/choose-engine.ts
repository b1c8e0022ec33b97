import { Fault } from "../../../model/index.ts";
import type { Engine } from "../engine.ts";
import { createEpollEngine } from "./connect-epoll.ts";
import { createPortableEngine } from "./connect-net.ts";
import { descriptorBudget } from "./descriptors.ts";
import { type Libc, loadLibc } from "./libc.ts";
import { loadPacketLibc, type PacketLibc } from "./packet-libc.ts";
import { packetSockets } from "./packet-sockets.ts";
import { createSynEngine } from "./syn.ts";

export interface ChosenEngine {
  readonly engine: Engine;
  /** One line: why it is not the fastest engine. */
  readonly note?: string | undefined;
  /** The command that would make that one possible. */
  readonly grant?: string | undefined;
}

export type EngineChoice = "auto" | "syn" | "connect" | "connect-portable";

interface EngineMachine {
  readonly platform: NodeJS.Platform;
  readonly loadLibc: () => Libc;
  readonly loadPacketLibc: () => PacketLibc;
}

/**
 * The engine for this machine: raw packets where they are allowed, else epoll on Linux, else node:net. `local`: only
 * this machine's own addresses are scanned, which raw packets cannot reach. Fault `engine-unavailable` if an engine was
 * requested by name and cannot run here.
 */
export function chooseEngine(
  wanted: EngineChoice,
  { local = false }: { readonly local?: boolean } = {},
  machine: EngineMachine = { platform: process.platform, loadLibc, loadPacketLibc },
): ChosenEngine {
  const portable = (): Engine => createPortableEngine(descriptorBudget);
  if (wanted === "connect-portable") return { engine: portable() };
  const syn = wanted === "syn" || (wanted === "auto" && !local) ? synEngine(machine) : undefined;
  if (syn?.engine !== undefined) return { engine: syn.engine };
  if (wanted === "syn") {
    const { why, grant, cause } = syn ?? { why: "" };
    const next =
      grant === undefined ? "Choose the engine connect." : `Grant it: ${grant}. Or choose the engine connect.`;
    throw new Fault("engine-unavailable", `the engine syn is not possible: ${why}`, { next, cause });
  }
  const grant = syn?.grant;
  const note =
    syn && `engine connect: syn is not possible, ${syn.why}${grant === undefined ? "" : `; grant it: ${grant}`}`;

  let why = `it needs Linux, and this is ${machine.platform}`;
  let cause: unknown;
  if (machine.platform === "linux") {
    try {
      const engine = createEpollEngine(machine.loadLibc(), descriptorBudget);
      return { engine, note, grant };
    } catch (error) {
      cause = error;
      why = `koffi does not load here (${firstLine(error)})`;
    }
  }
  if (wanted === "auto")
    return { engine: portable(), note: `engine connect-portable: connect is not possible, ${why}` };
  throw new Fault("engine-unavailable", `the engine connect is not possible: ${why}`, {
    next: "Leave the engine out, or choose connect-portable: it sees the same, more slowly.",
    cause,
  });
}

type SynEngine =
  | { readonly engine: Engine }
  /** `grant`: the command that would make it possible. */
  | { readonly engine?: never; readonly why: string; readonly grant?: string; readonly cause?: unknown };

function synEngine({ platform, loadPacketLibc: load }: EngineMachine): SynEngine {
  if (platform !== "linux") return { why: `it needs Linux, and this is ${platform}` };
  let libc: PacketLibc;
  try {
    libc = load();
  } catch (cause) {
    return { why: `koffi does not load here (${firstLine(cause)})`, cause };
  }
  const sockets = packetSockets(libc);
  // Tried with the kernel rather than read from capability masks: a security module may forbid it nevertheless.
  const fd = sockets.take();
  const number = sockets.errno();
  if (fd >= 0) {
    sockets.giveBack(fd);
    return { engine: createSynEngine(libc, sockets, descriptorBudget) };
  }
  const { EPERM, EACCES } = libc.errorNumbers;
  if (number === EPERM || number === EACCES)
    return { why: "raw packets need the capability CAP_NET_RAW", grant: grantLine() };
  if (number === 0) return { why: "every packet socket that this process opened is in use by another sweep" };
  return { why: `this machine has no packet sockets (errno ${number})` };
}

/** How to grant the capability to this program, wherever it runs. */
export function grantLine(program: string = process.execPath): string {
  return (
    `sudo setcap cap_net_raw+ep ${program}, ` +
    "in a container --cap-add NET_RAW, in a systemd unit AmbientCapabilities=CAP_NET_RAW"
  );
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split("\n", 1)[0] ?? "").slice(0, 120);
}
