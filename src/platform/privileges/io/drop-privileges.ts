import { closeSync, openSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import process from "node:process";
import type * as Koffi from "koffi";
import { openFilesLimit } from "../../machine/index.ts";
import { capabilityWords, hasRawPackets, readCapabilities, without } from "../capabilities.ts";
import { INHERITED } from "./packet-sockets.ts";

const AF_PACKET = 17;
const SOCK_RAW = 3;
const SOCK_NONBLOCK = 0o4000;
const PR_SET_NO_NEW_PRIVS = 38;
const F_SETFD = 2;
const CAPABILITY_VERSION_3 = 0x2008_0522;
/**
 * For each link that a sweep uses, one socket receives and two send; idle ones receive nothing and cost some kilobytes.
 */
const SOCKETS = 32;

/** Commands that send packets, possibly for years. The others need no raw packets and do not wait for them. */
const SENDING: ReadonlySet<string> = new Set(["start", "sweep"]);

/**
 * If this process can and will send raw packets: opens the sockets for them, drops that capability and every other it
 * does not need, and starts again as a program that can never regain them (execve(2) under no_new_privs, prctl(2)).
 * Capabilities belong to threads, and Node has several before its first line runs; a program that starts again has one
 * thread, and all later threads inherit its lack of capabilities. Started by root, it continues as the owner of `home`,
 * unless that is root.
 *
 * Returns if there is nothing to drop, or no way to drop it; otherwise it does not return.
 *
 * @param kept descriptors that the restarted program reads from, too
 */
export function dropPrivileges(home: string, words: readonly string[], kept: readonly number[] = []): void {
  if (process.platform !== "linux" || process.execve === undefined) return;
  if (!words.some((word) => SENDING.has(word))) return becomeOwner(home);
  const held = readCapabilities(readFileSync("/proc/self/status", "utf8"));
  if (!hasRawPackets(held)) return;
  let koffi: typeof Koffi;
  try {
    koffi = createRequire(import.meta.url)("koffi") as typeof Koffi;
  } catch {
    // Without koffi there are no raw packets either, and the portable engine is used.
    return;
  }
  const libc = koffi.load(null);
  const socket = libc.func("int socket(int domain, int type, int protocol)") as (...args: number[]) => number;
  const prctl = libc.func("int prctl(int option, ulong a, ulong b, ulong c, ulong d)") as (...args: number[]) => number;
  const capset = libc.func("int capset(const void *header, const void *data)") as (
    header: Uint32Array,
    data: Uint32Array,
  ) => number;

  const fcntl = libc.func("int fcntl(int fd, int command, int argument)") as (...args: number[]) => number;
  // Node closes inherited descriptors at exec (FD_CLOEXEC).
  for (const fd of kept) fcntl(fd, F_SETFD, 0);

  const sockets: number[] = [];
  // They are inherited for life: where few files can be open, the record needs them more.
  const most = Math.min(SOCKETS, Math.floor((openFilesLimit() ?? Number.POSITIVE_INFINITY) / 8));
  while (sockets.length < most) {
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

/** Root becomes the present or future owner of the record, so its files stay theirs. */
function becomeOwner(home: string): void {
  if (process.geteuid?.() !== 0) return;
  const there = nearest(home);
  const { uid, gid } = statSync(there);
  if (uid === 0 || !canRead(uid, gid, [process.execPath, process.argv[1] ?? "", process.cwd(), there])) return;
  process.setgroups?.([gid]);
  process.setgid?.(gid);
  process.setuid?.(uid);
}

/** The path itself, or its nearest existing parent. */
function nearest(path: string): string {
  let at = path;
  while (statSync(at, { throwIfNoEntry: false }) === undefined && dirname(at) !== at) at = dirname(at);
  return at;
}

/** Whether that user can use these files at all: an installation below /root is accessible to root alone. */
function canRead(uid: number, gid: number, paths: readonly string[]): boolean {
  process.setegid?.(gid);
  process.seteuid?.(uid);
  try {
    // Opens the file instead of calling access(2), which checks the real user, still root.
    for (const path of paths) closeSync(openSync(path, "r"));
    return true;
  } catch {
    return false;
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}
