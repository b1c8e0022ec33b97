import { closeSync, openSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import process from "node:process";
import type * as Koffi from "koffi";
import { capabilityWords, hasRawPackets, readCapabilities, without } from "../capabilities.ts";
import { INHERITED } from "./packet-sockets.ts";

const AF_PACKET = 17;
const SOCK_RAW = 3;
const SOCK_NONBLOCK = 0o4000;
const PR_SET_NO_NEW_PRIVS = 38;
const CAPABILITY_VERSION_3 = 0x2008_0522;
/** One receives and two send for each link that a sweep uses; idle ones receive nothing and cost some kilobytes. */
const SOCKETS = 32;

/** Commands that send packets, for years even; what the others need no raw packets for, they do not wait for. */
const SENDING: ReadonlySet<string> = new Set(["start", "sweep"]);

/**
 * Where this process may send raw packets and is about to: opens the sockets for it, gives up the right and every other that it has no
 * use for, and begins again as a program that can never have them (execve(2) under no_new_privs, prctl(2)). Capabilities
 * belong to threads, and Node has several before its first line runs; a program that begins again has one, and what that
 * one lacks all have. Started by root, it goes on as the user who owns `home`, where that is not root.
 *
 * Returns where there is nothing to give up, or no way to do it; else it does not return.
 */
export function dropPrivileges(home: string, words: readonly string[]): void {
  if (process.platform !== "linux" || process.execve === undefined) return;
  if (!words.some((word) => SENDING.has(word))) return becomeOwner(home);
  const held = readCapabilities(readFileSync("/proc/self/status", "utf8"));
  if (!hasRawPackets(held)) return;
  let koffi: typeof Koffi;
  try {
    koffi = createRequire(import.meta.url)("koffi") as typeof Koffi;
  } catch {
    // Without it there are no raw packets either, and the portable engine serves.
    return;
  }
  const libc = koffi.load(null);
  const socket = libc.func("int socket(int domain, int type, int protocol)") as (...args: number[]) => number;
  const prctl = libc.func("int prctl(int option, ulong a, ulong b, ulong c, ulong d)") as (...args: number[]) => number;
  const capset = libc.func("int capset(const void *header, const void *data)") as (
    header: Uint32Array,
    data: Uint32Array,
  ) => number;

  const sockets: number[] = [];
  while (sockets.length < SOCKETS) {
    const fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0);
    if (fd < 0) break;
    sockets.push(fd);
  }
  becomeOwner(home);
  const rest = without(readCapabilities(readFileSync("/proc/self/status", "utf8")));
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) !== 0) throw new Error(`no_new_privs: errno ${koffi.errno()}`);
  if (capset(Uint32Array.of(CAPABILITY_VERSION_3, 0), capabilityWords(rest)) !== 0) {
    throw new Error(`capset: errno ${koffi.errno()}`);
  }
  process.execve(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], {
    ...process.env,
    [INHERITED]: sockets.join(),
  });
}

/** Root becomes who owns the record, or will: what is written there stays theirs. */
function becomeOwner(home: string): void {
  if (process.geteuid?.() !== 0) return;
  const there = nearest(home);
  const { uid, gid } = statSync(there);
  if (uid === 0 || !canRead(uid, gid, [process.execPath, process.argv[1] ?? "", process.cwd(), there])) return;
  process.setgroups?.([gid]);
  process.setgid?.(gid);
  process.setuid?.(uid);
}

/** The path itself, or what is there already of the way to it. */
function nearest(path: string): string {
  let at = path;
  while (statSync(at, { throwIfNoEntry: false }) === undefined && dirname(at) !== at) at = dirname(at);
  return at;
}

/** Whether that user may use these at all: an installation below /root is root's alone. */
function canRead(uid: number, gid: number, paths: readonly string[]): boolean {
  process.setegid?.(gid);
  process.seteuid?.(uid);
  try {
    // Opened, not asked: access(2) looks at the real user, which is root still.
    for (const path of paths) closeSync(openSync(path, "r"));
    return true;
  } catch {
    return false;
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}
