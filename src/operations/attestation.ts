import { randomBytes } from "node:crypto";
import { formatWitnessKey } from "@portolan/verifier";
import { formatDuration, formatInstant, type Clock, type Duration, type Instant } from "../model/index.ts";
import type { Egress } from "../platform/egress/index.ts";
import type { Store } from "../platform/storage/index.ts";
import { recordChange } from "../record/change/index.ts";
import { pageOfCheckpoints, type Checkpoint, type SigningKey } from "../record/evidence/index.ts";
import { askAuthority, keepTimestamp, lastTimestamped, type Authority } from "../record/timestamps/index.ts";
import { askWitness, createGrowth, keepCosignature, lastCosigned } from "../record/witnesses/index.ts";
import type { AskedWitness } from "./attestation-config.ts";
import type { Telling } from "./events.ts";

export interface AttestationDeps {
  readonly store: Pick<Store, "db" | "transaction">;
  readonly clock: Clock;
  readonly key: SigningKey;
  readonly egress: Egress;
  readonly witnesses: readonly AskedWitness[];
  readonly authority?: Authority | undefined;
}

/** Has checkpoints attested by others, beside the monitoring and without ever holding it up. */
export interface Attestation {
  /** Sends requests to everybody whose turn it is. Never rejects. */
  turn(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

/** How often it looks whether somebody's turn has come. */
const EVERY: Duration = 10_000;
const WITNESS_EVERY: Duration = 10 * 60_000;
const HOUR: Duration = 3_600_000;
const FIRST_PAUSE: Duration = 60_000;
const LONGEST_PAUSE: Duration = HOUR;

/** The answer of one party: it attested, had nothing to attest, may do so later, or will not in this process. */
type Asked =
  | { readonly outcome: "attested" }
  | { readonly outcome: "nothing" }
  | { readonly outcome: "later"; readonly problem: string }
  | { readonly outcome: "never"; readonly problem: string };

/** Somebody who attests checkpoints. */
interface Party {
  /** Completes "the checkpoint over 12 entries is not …". */
  readonly done: string;
  ask(checkpoint: Checkpoint, now: Instant, signal: AbortSignal): Promise<Asked>;
}

export function createAttestation(deps: AttestationDeps, say: Pick<Telling, "log" | "problem">): Attestation {
  const parties = [...deps.witnesses.map((witness) => witnessParty(deps, witness))];
  if (deps.authority !== undefined) parties.push(authorityParty(deps, deps.authority));
  const turns = parties.map((party) => createTurns(party, say));
  const ended = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;

  async function turn(): Promise<void> {
    const now = deps.clock.now();
    const [checkpoint] = await pageOfCheckpoints(deps.store.db, { limit: 1 });
    if (checkpoint === undefined || checkpoint.size === 0) return;
    await Promise.all(turns.map((take) => take(checkpoint, now, ended.signal).catch(say.problem)));
  }

  const attestation: Attestation = {
    // Turns do not overlap: a slow answer delays the next turn, not the monitoring.
    turn: () =>
      (running ??= turn()
        .catch(say.problem)
        .finally(() => (running = undefined))),
    start() {
      if (parties.length === 0) return;
      timer = setInterval(() => void attestation.turn(), EVERY);
      void attestation.turn();
    },
    async stop() {
      clearInterval(timer);
      ended.abort();
      await running;
    },
  };
  return attestation;
}

/** One party's turns: after a problem it waits, twice as long each time, and says so once for each outage. */
function createTurns(party: Party, say: Pick<Telling, "log">) {
  let pause: Duration = FIRST_PAUSE;
  let dueAt: Instant = Number.NEGATIVE_INFINITY;
  let since: Instant | undefined;
  let refused = false;
  return async (checkpoint: Checkpoint, now: Instant, signal: AbortSignal): Promise<void> => {
    if (refused || now < dueAt || signal.aborted) return;
    const asked = await party.ask(checkpoint, now, signal);
    if (signal.aborted) return;
    switch (asked.outcome) {
      case "nothing":
        return;
      case "attested":
        if (since !== undefined)
          say.log("info", `Checkpoints are ${party.done} again, after an outage since ${formatInstant(since)}.`);
        since = undefined;
        pause = FIRST_PAUSE;
        return;
      case "later":
        if (since === undefined)
          say.log(
            "warn",
            `The checkpoint over ${checkpoint.size} entries is not ${party.done}: ${asked.problem}. Next try in ${formatDuration(pause)}.`,
          );
        since ??= now;
        dueAt = now + pause;
        pause = Math.min(2 * pause, LONGEST_PAUSE);
        return;
      case "never":
        refused = true;
        say.log("error", asked.problem);
    }
  };
}

function witnessParty(deps: AttestationDeps, witness: AskedWitness): Party {
  const { store, egress } = deps;
  const growth = createGrowth(store.db);
  const vkey = formatWitnessKey(witness.key);
  const { name } = witness;
  let askedAt: Instant = Number.NEGATIVE_INFINITY;
  return {
    done: `cosigned by the witness ${name}`,
    async ask(checkpoint, now, signal) {
      const last = (await lastCosigned(store.db)).get(vkey);
      if ((last?.size ?? 0) >= checkpoint.size || now - askedAt < WITNESS_EVERY) return { outcome: "nothing" };
      const asking = { egress, growth, witness, checkpoint, last: last?.size ?? 0, signal };
      const result = await askWitness(asking);
      switch (result.outcome) {
        case "cosigned":
          await keepCosignature(store, checkpoint, witness.key, result);
          askedAt = now;
          return { outcome: "attested" };
        case "later":
          return { outcome: "later", problem: result.problem };
        case "broken":
          return {
            outcome: "never",
            problem: `No witness gets a request: ${result.problem}. Next: portolan evidence verify`,
          };
        case "disagrees": {
          const { witnessed, status, problem } = result;
          const data = { witness: vkey, size: checkpoint.size, witnessed, status };
          await recordChange(deps, now, (change) => change.append({ type: "witness-disagreed", at: now, data }));
          return {
            outcome: "never",
            problem: `THE WITNESS ${name} DISAGREES WITH THIS LOG: ${problem}. It gets no request before a restart. Next: portolan evidence verify, and compare with a copy of an earlier checkpoint`,
          };
        }
      }
    },
  };
}

function authorityParty(deps: AttestationDeps, authority: Authority): Party {
  const { store, egress } = deps;
  const { host } = new URL(authority.url);
  return {
    done: `timestamped by ${host}`,
    async ask(checkpoint, now, signal) {
      if (!isDue(checkpoint, await lastTimestamped(store.db), now)) return { outcome: "nothing" };
      const { note } = checkpoint;
      const result = await askAuthority({ egress, authority, note, nonce: randomBytes(16), signal });
      if (result.outcome === "later") return result;
      await keepTimestamp(deps, now, checkpoint, result);
      return { outcome: "attested" };
    },
  };
}

/** The first checkpoint of each hour, and one that has waited for an hour because none came after it. */
function isDue(
  checkpoint: Checkpoint,
  last: { readonly size: number; readonly signedAt: Instant } | undefined,
  now: Instant,
): boolean {
  if (last === undefined) return true;
  if (checkpoint.size <= last.size) return false;
  return hourOf(checkpoint.signedAt) > hourOf(last.signedAt) || now - checkpoint.signedAt > HOUR;
}

function hourOf(at: Instant): number {
  return Math.floor(at / HOUR);
}
