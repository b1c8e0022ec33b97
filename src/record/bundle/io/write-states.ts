import { HOSTS_FILE, proverOf, SETS_FILE, toBase64, HASH_BYTES } from "@portolan/verifier";
import type { Db } from "../../../platform/storage/index.ts";
import { addressSet } from "../../../scope/index.ts";
import { hostStatesOf, namedSets, type StoredHostState } from "../../history/index.ts";
import { splices } from "../state-lines.ts";
import type { FileWriter } from "./file-writer.ts";

interface Range {
  readonly first: string;
  readonly last: string;
}

/**
 * Writes the host states that looks saw: of each state its text and salt once, and of each set which of them it has. For
 * single assets, a set has only the states of their addresses, each with the proof that it is in the tree of all.
 */
export async function* writeStates(
  db: Db,
  files: FileWriter,
  names: readonly string[],
  only: readonly Range[] | undefined,
): AsyncGenerator<Uint8Array> {
  const order = new Map<number, number>();
  const numberOf = (host: number): number => {
    const known = order.get(host) ?? order.size;
    order.set(host, known);
    return known;
  };
  yield* files.lines(
    SETS_FILE,
    only === undefined ? wholeSets(db, names, numberOf) : provenSets(db, names, only, numberOf),
  );
  yield* files.lines(HOSTS_FILE, hostLines(db, [...order.keys()]));
}

async function* hostLines(db: Db, hosts: readonly number[]): AsyncGenerator<string> {
  for await (const { salt, text } of hostStatesOf(db, hosts)) yield JSON.stringify([toBase64(salt), text]);
}

async function* wholeSets(
  db: Db,
  names: readonly string[],
  numberOf: (host: number) => number,
): AsyncGenerator<string> {
  let before: readonly number[] | undefined;
  for await (const { name, kind, hosts } of namedSets(db, names)) {
    const leaves = hosts.map(numberOf);
    const changes = before === undefined ? undefined : splices(before, leaves);
    yield JSON.stringify({ [kind]: name, ...(changes === undefined ? { leaves } : { changes }) });
    before = leaves;
  }
}

async function* provenSets(
  db: Db,
  names: readonly string[],
  only: readonly Range[],
  numberOf: (host: number) => number,
): AsyncGenerator<string> {
  const addresses = addressSet(only);
  const known = new Map<number, { readonly hash: Uint8Array; readonly shown: boolean }>();
  for await (const { name, kind, hosts } of namedSets(db, names)) {
    // A digest is over all hosts at once: nothing of it can be proven without showing the others.
    if (kind === "digest") continue;
    const unread = hosts.filter((host) => !known.has(host));
    for await (const host of hostStatesOf(db, unread)) {
      known.set(host.id, { hash: host.leafHash, shown: isWithin(host, addresses) });
    }
    const leaves = new Uint8Array(hosts.length * HASH_BYTES);
    hosts.forEach((host, index) => leaves.set(known.get(host)?.hash ?? new Uint8Array(HASH_BYTES), index * HASH_BYTES));
    const prover = proverOf(leaves);
    const shown = hosts.flatMap((host, index) =>
      known.get(host)?.shown === true
        ? [[index, numberOf(host), prover.inclusion(index, hosts.length).map(toBase64)]]
        : [],
    );
    yield JSON.stringify({ root: name, size: hosts.length, shown });
  }
}

/** A state of several silent addresses is shown if any of them is meant: it is one leaf, and says nothing of a host. */
function isWithin({ first, last }: StoredHostState, addresses: ReturnType<typeof addressSet>): boolean {
  return addresses.intersect(addressSet([{ first, last }])).ranges.length > 0;
}
