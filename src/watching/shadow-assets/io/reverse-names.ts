import { Resolver } from "node:dns/promises";
import type { Duration } from "../../../model/index.ts";
import { parseTarget } from "../../../scope/index.ts";

/** The name that an address has by reverse DNS: what its owner says, good for a label and for nothing else. */
export type ReverseNames = (address: string) => Promise<string | undefined>;

/** A label must not keep a finding waiting. */
const TIMEOUT: Duration = 1_000;

export function createReverseNames(
  reverse: (address: string) => Promise<readonly string[]> = (address) =>
    new Resolver({ timeout: TIMEOUT, tries: 1 }).reverse(address),
): ReverseNames {
  return async (address) => {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<readonly string[]>((resolve) => {
      timer = setTimeout(() => resolve([]), TIMEOUT);
    });
    const names = await Promise.race([reverse(address).catch(() => []), tooLate]);
    clearTimeout(timer);
    return names.slice(0, 8).find(isHostname)?.toLowerCase();
  };
}

/** Whoever runs the zone may put anything there. */
function isHostname(name: string): boolean {
  try {
    return name.length <= 253 && parseTarget(name).kind === "hostname";
  } catch {
    return false;
  }
}
