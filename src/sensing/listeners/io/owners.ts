import { opendirSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { printable } from "../../../platform/documents/index.ts";
import { keeperIn } from "../control-group.ts";
import type { Owner, Owners } from "../listener.ts";

/**
 * The owners of sockets, from /proc. Processes of other users are named only where this user is allowed to read them.
 */
export interface OwnerSearch {
  /** The owners of sockets by inode. Known owners are not searched for again, unless `anew`: then they are checked. */
  find(inodes: Iterable<number>, anew: boolean): Promise<Owners>;
}

interface Held {
  readonly owner: Owner;
  readonly fd: string;
}

/**
 * Each descriptor is a link to be read, and a busy server has tens of thousands. It listens before it is busy, so this
 * many of each process are enough, the lowest first; all of them are searched only when everything is read again.
 */
const FIRST_DESCRIPTORS = 512;
/** The event loop is given back after this long, in milliseconds. */
const SLICE = 5;
const LONGEST_NAME = 64;
const LONGEST_PATH = 256;

export function createOwnerSearch(proc: string): OwnerSearch {
  /** Undefined: searched for, and no owner found. */
  const known = new Map<number, Held | undefined>();

  function forgetChanged(): void {
    for (const [inode, held] of known) {
      const still = held !== undefined && linkOf(`${proc}/${held.owner.pid}/fd/${held.fd}`) === `socket:[${inode}]`;
      if (still) known.set(inode, { ...held, owner: ownerAt(proc, held.owner.pid) });
      else known.delete(inode);
    }
  }

  /**
   * Removes the sockets it finds from `wanted`. A socket that several hold belongs to the one with the lowest number.
   */
  async function search(wanted: Set<number>, most: number): Promise<void> {
    let began = performance.now();
    for (const pid of processes(proc)) {
      if (wanted.size === 0) return;
      for (const [fd, inode] of socketsOf(`${proc}/${pid}/fd`, most)) {
        if (inode !== undefined && wanted.delete(inode)) known.set(inode, { owner: ownerAt(proc, pid), fd });
        if (wanted.size === 0) return;
        if (performance.now() - began > SLICE) {
          await nextTurn();
          began = performance.now();
        }
      }
    }
  }

  return {
    async find(inodes, anew) {
      const now = new Set(inodes);
      // The kernel's own sockets have none.
      now.delete(0);
      for (const inode of known.keys()) if (!now.has(inode)) known.delete(inode);
      if (anew) forgetChanged();
      const wanted = new Set([...now].filter((inode) => !known.has(inode)));
      await search(wanted, FIRST_DESCRIPTORS);
      if (anew) await search(wanted, Number.POSITIVE_INFINITY);
      for (const inode of wanted) known.set(inode, undefined);
      const owners = new Map<number, Owner>();
      for (const [inode, held] of known) if (held !== undefined) owners.set(inode, held.owner);
      return { owners, users: userNames(), namespace: namespaceOf(proc) };
    },
  };
}

function processes(proc: string): number[] {
  const names = attempt(() => readdirSync(proc), []).filter((name) => /^\d+$/.test(name));
  return names.map(Number).sort((a, b) => a - b);
}

function* socketsOf(
  folder: string,
  most: number,
): Generator<readonly [fd: string, inode: number | undefined], void, undefined> {
  const entries = attempt(() => opendirSync(folder, { bufferSize: 128 }), undefined);
  if (entries === undefined) return;
  try {
    for (let count = 0; count < most; count += 1) {
      const entry = attempt(() => entries.readSync(), null);
      if (entry === null) return;
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`${folder}/${entry.name}`))?.[1];
      yield [entry.name, inode === undefined ? undefined : Number(inode)];
    }
  } finally {
    entries.closeSync();
  }
}

function ownerAt(proc: string, pid: number): Owner {
  const folder = `${proc}/${pid}`;
  // A program that was replaced by its update is the same program.
  const executable = linkOf(`${folder}/exe`).replace(/ \(deleted\)$/, "");
  const name = textOf(`${folder}/comm`).trimEnd();
  // Node 24 calls the main thread of every program "MainThread", which says nothing.
  const process = printable(name === "MainThread" && executable !== "" ? basename(executable) : name, LONGEST_NAME);
  return {
    pid,
    ...(process === "" ? {} : { process }),
    ...(executable === "" ? {} : { executable: printable(executable, LONGEST_PATH) }),
    ...keeperIn(textOf(`${folder}/cgroup`)),
  };
}

function namespaceOf(proc: string): number | undefined {
  const inode = /^net:\[(\d+)\]$/.exec(linkOf(`${proc}/self/ns/net`))?.[1];
  return inode === undefined ? undefined : Number(inode);
}

function userNames(): Map<number, string> {
  const lines = textOf("/etc/passwd")
    .split("\n")
    .map((line) => line.split(":"));
  return new Map(lines.flatMap(([name = "", , uid = ""]) => (/^\d+$/.test(uid) ? [[Number(uid), name]] : [])));
}

// Files that do not exist or cannot be read leave the owner unknown: processes come and go during the search.
function textOf(path: string): string {
  return attempt(() => readFileSync(path, "utf8"), "");
}
function linkOf(path: string): string {
  return attempt(() => readlinkSync(path), "");
}
function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
