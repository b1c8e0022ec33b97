import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Endpoint } from "../../../model/index.ts";
import type { Pacer } from "../../scanner/index.ts";
import { shippedFingerprints } from "./fingerprint-files.ts";
import { DEFAULT_IDENTIFYING, identify, type Identification, type IdentifyOptions } from "./identify.ts";

export interface IdentifyEach {
  readonly pacer: Pick<Pacer, "take">;
  /** Endpoints under way at a time, and of them on any one address. */
  readonly concurrency: number;
  readonly perHost: number;
  readonly options?: IdentifyOptions;
  readonly signal?: AbortSignal | undefined;
  readonly onResult: (endpoint: Endpoint, identification: Identification) => void;
}

/** Identifies each endpoint. Endpoints not finished before an abort are not reported. */
export async function identifyEach(endpoints: readonly Endpoint[], request: IdentifyEach): Promise<void> {
  const { pacer, concurrency, perHost, signal, onResult } = request;
  const waiting = [...endpoints];
  const underWay = new Map<string, number>();
  const deps = { fingerprints: shippedFingerprints(), random: randomBytes, turn };
  const options = { ...(request.options ?? DEFAULT_IDENTIFYING), signal };

  async function turn(address: string, until: AbortSignal): Promise<void> {
    for (;;) {
      if (until.aborted) return;
      const wait = pacer.take(address, performance.now());
      if (wait <= 0) return;
      await sleep(wait, undefined, { signal: until }).catch(() => undefined);
    }
  }

  /** The next whose host has room. */
  function next(): Endpoint | undefined {
    const at = waiting.findIndex(({ address }) => (underWay.get(address) ?? 0) < perHost);
    return at < 0 ? undefined : waiting.splice(at, 1)[0];
  }

  const running = new Set<Promise<void>>();
  const start = (endpoint: Endpoint): void => {
    const { address } = endpoint;
    underWay.set(address, (underWay.get(address) ?? 0) + 1);
    const work = identify(endpoint, deps, options).then((identification) => {
      running.delete(work);
      underWay.set(address, (underWay.get(address) ?? 1) - 1);
      const isInterrupted = identification.kind === "unidentified" && identification.why === "interrupted";
      if (!isInterrupted) onResult(endpoint, identification);
    });
    running.add(work);
  };

  for (;;) {
    const endpoint = running.size < concurrency && signal?.aborted !== true ? next() : undefined;
    if (endpoint !== undefined) start(endpoint);
    else if (running.size > 0) await Promise.race(running);
    else return;
  }
}
