import { Fault } from "../model/index.ts";
import { chooseEngine, type Engine, type EngineChoice } from "../sensing/scanner/index.ts";
import { addressesOfClass, type AddressSet, type ResolvedScope } from "../scope/index.ts";

/** The name of the engine that scans these addresses, and one line on why it is not a faster one. */
export function engineFor(
  wanted: EngineChoice,
  addresses: AddressSet,
  { own }: ResolvedScope,
): { readonly name: string; readonly note?: string | undefined } {
  const local = addresses.subtract(own.union(addressesOfClass("loopback"))).ranges.length === 0;
  const { engine, note } = chooseEngine(wanted, { local });
  return { name: engine.name, note };
}

/** The engine that a sweep began with. If this process cannot use it, the best available one continues the sweep. */
export function engineNamed(name: string): Engine {
  if (name === "connect-portable") return chooseEngine(name).engine;
  try {
    return chooseEngine(name === "syn" ? "syn" : "connect").engine;
  } catch (error) {
    if (error instanceof Fault && error.code === "engine-unavailable") return chooseEngine("auto").engine;
    throw error;
  }
}

/** The engine that network sweeps use here, one line on why it is not a faster one, and what would enable that one. */
export interface EngineDescription {
  readonly name: string;
  readonly note?: string | undefined;
  readonly grant?: string | undefined;
}

export function describeEngine(): Promise<EngineDescription> {
  const { engine, note, grant } = chooseEngine("auto");
  return Promise.resolve({ name: engine.name, note, grant });
}
