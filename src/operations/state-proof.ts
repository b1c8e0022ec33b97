import { checkStateProof, finishedEntryOf, fromBase64, looksEntryOf, provenEntry } from "../record/evidence/index.ts";
import type { Operations, StateProofResult } from "../contract/index.ts";
import { endpointKey, Fault, formatInstant, type Clock } from "../model/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { latestStatePlace, type StatePlace } from "../record/history/index.ts";
import { latestScope } from "../scope/index.ts";
import { addressesOfHost } from "./host-named.ts";
import { refuseFuture } from "./scope-then.ts";

/** The proof that an endpoint was in one state, in the latest sweep or look that covered it until an instant. */
export async function stateProof(
  db: Db,
  clock: Clock,
  query: Parameters<Operations["evidence"]["stateProof"]>[0],
): Promise<StateProofResult> {
  const { host, transport, port, at = clock.now() } = query;
  refuseFuture([at], clock.now());
  const addresses = await addressesOfHost(db, host, at);
  if (addresses.size > 1) {
    throw new Fault("config-invalid", `${host} has ${addresses.size} addresses, and a proof is about one.`, {
      next: "Give one of its addresses.",
    });
  }
  const endpoint = { address: addresses.at(0), transport, port };
  const vantage = query.vantage ?? (await latestScope(db))?.scope.vantage ?? "inside";
  const place = await latestStatePlace(db, { endpoint, vantage, at });
  if (place === undefined) {
    throw new Fault(
      "not-found",
      `No sweep from ${vantage} had covered ${endpointKey(endpoint)} by ${formatInstant(at)}.`,
      {
        next: "See when it was scanned: portolan history.",
      },
    );
  }
  const { sweepId, from, to, trusted } = place;
  const stated = await statedIn(db, vantage, place);
  const proven = stated === undefined ? undefined : await provenEntry(db, stated.index);
  if (stated === undefined || proven === undefined) {
    const which = sweepId === undefined ? "this look" : `sweep ${sweepId}`;
    throw new Fault(
      "not-found",
      `The log states no tree of hosts for ${which}: it was recorded before there was one.`,
      {
        next: "Ask for a later instant, with --at.",
      },
    );
  }
  const proof = {
    endpoint: endpointKey(endpoint),
    state: place.state,
    host: { ...place.host, hashes: [...place.host.hashes] },
    run: stated.run,
    from: formatInstant(from),
    to: formatInstant(to),
    entry: { index: proven.entry.index, size: proven.size, hashes: [...proven.hashes], body: proven.entry.body },
    ...(proven.note === undefined ? {} : { note: proven.note }),
  };
  refuseUnproved(await checkStateProof(proof, { rootHash: fromBase64(proven.rootHash) }));
  return {
    schema: "portolan.state-proof/1",
    vantage,
    ...(sweepId === undefined ? {} : { sweep: sweepId }),
    trusted,
    ...proof,
  };
}

/** The entry that states the root of what a sweep or a look saw, and its place in the list there. */
async function statedIn(
  db: Db,
  vantage: string,
  { root, sweepId, lookId, from, to }: StatePlace,
): Promise<{ readonly index: number; readonly run: number } | undefined> {
  if (sweepId === undefined) {
    const found = await looksEntryOf(db, { id: lookId ?? 0, vantage, from, to });
    return found === undefined ? undefined : { index: found.index, run: found.place };
  }
  const finished = await finishedEntryOf(db, sweepId);
  const [states, began] = [Buffer.from(root).toString("hex"), formatInstant(from)];
  const run = finished?.data.runs.findIndex((each) => each.states === states && each.probedFrom === began) ?? -1;
  return finished === undefined || run < 0 ? undefined : { index: finished.index, run };
}

/** A proof that its reader would refuse shows that rows were changed. */
function refuseUnproved(check: Awaited<ReturnType<typeof checkStateProof>>): void {
  if (check.outcome === "proved") return;
  throw new Fault("evidence-broken", `The record contradicts its log: ${check.problem}.`, {
    next: "Run portolan evidence verify --answers, which names each row that differs.",
  });
}
