import { Fault } from "../model/index.ts";
import { chooseEngine, type Engine, type EngineChoice } from "../sensing/scanner/index.ts";
import { addressesOfClass, type AddressSet, type ResolvedScope } from "../scope/index.ts";

/** The name of the engine that looks at these addresses, and in one line why it is not a faster one. */
export function engineFor(
  wanted: EngineChoice,
  addresses: AddressSet,
  { own }: ResolvedScope,
): { readonly name: string; readonly note?: string | undefined } {
  const local = addresses.subtract(own.union(addressesOfClass("loopback"))).ranges.length === 0;
  const { engine, note } = chooseEngine(wanted, { local });
  return { name: engine.name, note };
}

/** The engine that a sweep began with; where this process may not use it, it is gone on with by what there is. */
export function engineNamed(name: string): Engine {
  if (name === "connect-portable") return chooseEngine(name).engine;
  try {
    return chooseEngine(name === "syn" ? "syn" : "connect").engine;
  } catch (error) {
    if (error instanceof Fault && error.code === "engine-unavailable") return chooseEngine("auto").engine;
    throw error;
  }
}

/** Which engine sweeps of a network take here, in one line why not a faster one, and what would make that one possible. */
export interface EngineDescription {
  readonly name: string;
  readonly note?: string | undefined;
  readonly grant?: string | undefined;
}

export function describeEngine(): Promise<EngineDescription> {
  const { engine, note, grant } = chooseEngine("auto");
  return Promise.resolve({ name: engine.name, note, grant });
}
