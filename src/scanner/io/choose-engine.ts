import { Fault } from "../../model/index.ts";
import type { Engine } from "../engine.ts";
import { createEpollEngine } from "./connect-epoll.ts";
import { createPortableEngine } from "./connect-net.ts";
import { descriptorBudget } from "./descriptors.ts";
import { type Libc, loadLibc } from "./libc.ts";

export interface ChosenEngine {
  readonly engine: Engine;
  /** One line: why it is not the fastest engine. */
  readonly note?: string;
}

/**
 * The engine for this machine: epoll on Linux, else node:net. Fault `engine-unavailable` when `connect` was asked
 * for by name and cannot run here.
 */
export function chooseEngine(
  wanted: "auto" | "connect" | "connect-portable",
  machine: { readonly platform: NodeJS.Platform; readonly loadLibc: () => Libc } = {
    platform: process.platform,
    loadLibc,
  },
): ChosenEngine {
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

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split("\n", 1)[0] ?? "").slice(0, 120);
}
