import { Fault } from "../../model/index.ts";
import type { Engine } from "../engine.ts";
import { createEpollEngine } from "./connect-epoll.ts";
import { createPortableEngine } from "./connect-net.ts";
import { descriptorBudget } from "./descriptors.ts";
import { type Libc, loadLibc } from "./libc.ts";
import { AF_PACKET, SOCK_RAW } from "./packet-abi.ts";
import { loadPacketLibc, type PacketLibc } from "./packet-libc.ts";
import { createSynEngine } from "./syn.ts";

export interface ChosenEngine {
  readonly engine: Engine;
  /** One line: why it is not the fastest engine. */
  readonly note?: string;
}

export type EngineChoice = "auto" | "syn" | "connect" | "connect-portable";

interface EngineMachine {
  readonly platform: NodeJS.Platform;
  readonly loadLibc: () => Libc;
  readonly loadPacketLibc: () => PacketLibc;
}

/**
 * The engine for this machine: epoll on Linux, else node:net; raw packets only when `syn` is asked for. Fault
 * `engine-unavailable` when an engine was asked for by name and cannot run here.
 */
export function chooseEngine(
  wanted: EngineChoice,
  machine: EngineMachine = { platform: process.platform, loadLibc, loadPacketLibc },
): ChosenEngine {
  if (wanted === "syn") return { engine: synEngine(machine) };
  const portable = (): Engine => createPortableEngine(descriptorBudget);
  if (wanted === "connect-portable") return { engine: portable() };

  let why = `it needs Linux, and this is ${machine.platform}`;
  let cause: unknown;
  if (machine.platform === "linux") {
    try {
      return { engine: createEpollEngine(machine.loadLibc(), descriptorBudget) };
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

function synEngine({ platform, loadPacketLibc: load }: EngineMachine): Engine {
  if (platform !== "linux") throw noSyn(`it needs Linux, and this is ${platform}`, OTHER_ENGINE);
  let libc: PacketLibc;
  try {
    libc = load();
  } catch (cause) {
    throw noSyn(`koffi does not load here (${firstLine(cause)})`, OTHER_ENGINE, cause);
  }
  // Asked of the kernel rather than read from capability masks: a security module may forbid it all the same.
  const fd = libc.socket(AF_PACKET, SOCK_RAW, 0);
  const number = fd < 0 ? libc.errno() : 0;
  if (fd >= 0) libc.close(fd);
  if (number === 0) return createSynEngine(libc, descriptorBudget);
  const { EPERM, EACCES } = libc.errorNumbers;
  if (number === EPERM || number === EACCES) throw noSyn("raw packets need the capability CAP_NET_RAW", grantLine());
  throw noSyn(`this machine has no packet sockets (errno ${number})`, OTHER_ENGINE);
}

const OTHER_ENGINE = "Choose the engine connect, which needs nothing of the kind.";

/** What gives this very program the capability, wherever it runs. */
export function grantLine(program: string = process.execPath): string {
  return (
    `Grant it: \`sudo setcap cap_net_raw+ep ${program}\`; for a container --cap-add NET_RAW; ` +
    "for a systemd unit AmbientCapabilities=CAP_NET_RAW. Or choose the engine connect, which needs no right at all."
  );
}

function noSyn(why: string, next: string, cause?: unknown): Fault {
  return new Fault("engine-unavailable", `the engine syn is not possible: ${why}`, { next, cause });
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split("\n", 1)[0] ?? "").slice(0, 120);
}
