import { checkStateProof, finishedEntryOf, fromBase64, provenEntry } from "../record/evidence/index.ts";
import type { Operations, StateProofResult } from "../contract/index.ts";
import { endpointKey, Fault, formatInstant, type Clock } from "../model/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { latestStatePlace } from "../record/history/index.ts";
import { latestScope } from "../scope/index.ts";
import { addressesOfHost } from "./host-named.ts";
import { refuseFuture } from "./scope-then.ts";

/** The proof that an endpoint was in one state, in the latest sweep that covered it until an instant. */
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
  const { root, sweepId, from, to, trusted } = place;
  const finished = await finishedEntryOf(db, sweepId);
  const states = Buffer.from(root).toString("hex");
  const run = finished?.data.runs.findIndex((each) => each.states === states) ?? -1;
  const proven = finished === undefined || run < 0 ? undefined : await provenEntry(db, finished.index);
  if (proven === undefined) {
    throw new Fault(
      "not-found",
      `The log states no tree of hosts for sweep ${sweepId}: it was recorded before there was one.`,
      {
        next: "Ask for a later instant, with --at.",
      },
    );
  }
  const proof = {
    endpoint: endpointKey(endpoint),
    state: place.state,
    host: { ...place.host, hashes: [...place.host.hashes] },
    run,
    entry: { index: proven.entry.index, size: proven.size, hashes: [...proven.hashes], body: proven.entry.body },
    ...(proven.note === undefined ? {} : { note: proven.note }),
  };
  refuseUnproved(await checkStateProof(proof, { rootHash: fromBase64(proven.rootHash) }));
  return {
    schema: "portolan.state-proof/1",
    vantage,
    sweep: sweepId,
    from: formatInstant(from),
    to: formatInstant(to),
    trusted,
    ...proof,
  };
}

/** A proof that its reader would refuse shows that rows were changed. */
function refuseUnproved(check: Awaited<ReturnType<typeof checkStateProof>>): void {
  if (check.outcome === "proved") return;
  throw new Fault("evidence-broken", `The record contradicts its log: ${check.problem}.`, {
    next: "Run portolan evidence verify --answers, which names each row that differs.",
  });
}
