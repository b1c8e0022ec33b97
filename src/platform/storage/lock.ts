import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { Fault } from "../../model/index.ts";
import { codeOf, fileFault } from "./faults.ts";
import type { Kernel } from "./kernel.ts";

/** Holds a directory for this process until it is released or the process ends in any way. */
export interface HomeLock {
  release(): void;
}

/**
 * Takes the lock of an embedded store: flock(2) on `path`, which the kernel releases when the process ends, even by
 * kill -9, so an existing lock file means nothing by itself. The file holds the pid of its holder, for the message
 * only. It is never deleted: a second process could otherwise lock a file that no longer has a name.
 *
 * Without flock the pid in the file is the lock: held while a process of that id exists. Two processes that start at
 * the same instant are then not kept apart (docs/decisions/0002-pglite-or-postgresql.md).
 */
export function lockHome(path: string, home: string, flock: Kernel["flock"]): HomeLock {
  let fd: number;
  try {
    fd = openSync(path, "a+", 0o600);
  } catch (error) {
    throw fileFault(error, home);
  }
  try {
    const before = holder(path);
    const taken = flock === undefined ? (isRunning(before) ? "held" : "locked") : flock(fd);
    if (taken === "held") throw lockedFault(home, before);
    if (taken !== "locked") throw lockFailedFault(path, taken.failed);
    ftruncateSync(fd, 0);
    writeSync(fd, `${process.pid}\n`);
  } catch (error) {
    closeSync(fd);
    throw error instanceof Fault ? error : fileFault(error, home);
  }
  let held = true;
  return {
    release() {
      if (!held) return;
      held = false;
      try {
        ftruncateSync(fd, 0);
      } finally {
        closeSync(fd);
      }
    },
  };
}

function holder(path: string): number | undefined {
  const pid = Number(readFileSync(path, "utf8").trim());
  return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
}

function isRunning(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

function lockedFault(home: string, pid: number | undefined): Fault {
  const who = pid === undefined ? "another process" : pid === process.pid ? "this process itself" : `process ${pid}`;
  return new Fault("store-locked", `The record in ${home} is in use by ${who}`, {
    place: home,
    next: "Wait until it ends, use its API (portolan start), or name another directory in PORTOLAN_HOME.",
  });
}

function lockFailedFault(path: string, why: string): Fault {
  return new Fault("store-unavailable", `${path} cannot be locked: ${why}`, {
    place: path,
    next: "Put the record on a local file system with PORTOLAN_HOME, or use PostgreSQL with DATABASE_URL.",
  });
}
