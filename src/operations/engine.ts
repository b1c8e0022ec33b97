import { chooseEngine, type EngineChoice } from "../scanner/index.ts";
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
