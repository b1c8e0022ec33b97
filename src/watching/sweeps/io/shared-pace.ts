import type { Scope } from "../../../model/index.ts";
import { createPacer, type Pacer } from "../../../sensing/scanner/index.ts";

/** This process among those that share the work and the limits. */
export interface Post {
  readonly id: number | undefined;
  /** Its share of what the scope's limits allow, in (0, 1]; 0 while it is not known to hold one. */
  share(): number;
}

/** How long a probe waits before it checks again whether this process may send, in milliseconds. */
const WITHOUT_SHARE = 500;

/** One pace for all sweeps of this process, until the limits of the scope or its share of them change. */
export function createSharedPace(post: Post | undefined): (scope: Scope) => Pacer {
  let shared: { readonly limits: string; readonly pacer: Pacer } | undefined;
  return ({ limits }) => {
    const paceNow = (share: number): Pacer => {
      const asText = `${limits.rate} ${limits.perHostRate} ${share}`;
      if (shared?.limits !== asText) {
        const rates = { rate: limits.rate * share, perHostRate: limits.perHostRate * share };
        shared = { limits: asText, pacer: createPacer({ ...rates, now: performance.now(), exempt: () => false }) };
      }
      return shared.pacer;
    };
    return {
      exempt: () => false,
      take(address, nowMs) {
        const share = post?.share() ?? 1;
        return share > 0 ? paceNow(share).take(address, nowMs) : WITHOUT_SHARE;
      },
    };
  };
}
