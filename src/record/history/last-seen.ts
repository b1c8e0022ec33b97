import type { Transport } from "../../model/index.ts";
import { addressKey } from "./address-key.ts";
import { firstBlockFrom } from "./blocks.ts";
import type { CoverageBlock } from "./coverage.ts";
import type { Span } from "./spans.ts";

/** A fact that coverage can show again. */
export type Sight =
  /** One of the ports is open on one of the addresses; or answered on one of them, and is open on none. */
  | {
      readonly shows: "open" | "missing";
      readonly addresses: readonly string[];
      readonly transport: Transport;
      readonly ports: Span;
    }
  /** One of the addresses accepts or refuses something; or all that were probed are silent. */
  | { readonly shows: "answer" | "silence"; readonly addresses: readonly string[] };

/** Whether a sweep with these blocks saw it. */
export function isSeenIn(blocks: readonly CoverageBlock[], sight: Sight): boolean {
  const probed = sight.addresses.flatMap((address) => blockAt(blocks, address) ?? []);
  switch (sight.shows) {
    case "open":
      return probed.some((block) => statesOf(block, sight).includes("open"));
    case "missing": {
      const states = probed.flatMap((block) => statesOf(block, sight));
      return !states.includes("open") && states.some((state) => state !== "no-response");
    }
    case "answer":
      return probed.some(isAnswering);
    case "silence":
      return probed.length > 0 && !probed.some(isAnswering);
  }
}

function blockAt(blocks: readonly CoverageBlock[], address: string): CoverageBlock | undefined {
  const key = addressKey(address);
  const block = blocks[firstBlockFrom(blocks, key)];
  return block !== undefined && block.lo <= key ? block : undefined;
}

function statesOf(
  block: CoverageBlock,
  { transport, ports: [from, to] }: { readonly transport: Transport; readonly ports: Span },
) {
  return block[transport].filter(({ first, last }) => first <= to && last >= from).map(({ state }) => state);
}

function isAnswering({ tcp, udp }: CoverageBlock): boolean {
  return [...tcp, ...udp].some(({ state }) => state === "open" || state === "closed");
}
