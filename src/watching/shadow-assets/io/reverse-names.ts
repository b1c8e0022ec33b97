import { Resolver } from "node:dns/promises";
import type { Duration } from "../../../model/index.ts";
import { parseTarget } from "../../../scope/index.ts";

/** The name of an address by reverse DNS. Its owner chooses it, so it serves as a label and for nothing else. */
export type ReverseNames = (address: string) => Promise<string | undefined>;

/** A label must not delay a finding. */
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

/** The owner of the zone can put any text there. */
function isHostname(name: string): boolean {
  try {
    return name.length <= 253 && parseTarget(name).kind === "hostname";
  } catch {
    return false;
  }
}
