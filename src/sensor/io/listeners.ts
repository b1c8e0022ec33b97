import { readdir, readFile, readlink } from "node:fs/promises";
import { endianness } from "node:os";
import { basename } from "node:path";
import type { Listener } from "../listener.ts";
import { listeningSockets } from "../socket-table.ts";

/**
 * Who listens on TCP in this process's network namespace, from /proc (Linux); an empty list elsewhere. Processes of
 * other users are named only when this user may look at them.
 */
export async function listeners(proc = "/proc"): Promise<Listener[]> {
  const tables = await Promise.all(["tcp", "tcp6"].map((name) => textOf(`${proc}/self/net/${name}`)));
  const sockets = tables.flatMap((table) => listeningSockets(table, endianness() === "LE"));
  if (sockets.length === 0) return [];
  const [owners, users] = await Promise.all([ownersOf(proc, new Set(sockets.map(({ inode }) => inode))), userNames()]);
  return sockets.map(({ address, port, uid, inode }) => ({
    transport: "tcp",
    address,
    port,
    user: users.get(uid) ?? String(uid),
    ...owners.get(inode),
  }));
}

interface Owner {
  readonly pid: number;
  readonly process?: string;
}

/** By inode. A socket that several processes hold belongs to the one with the lowest pid: the parent, as a rule. */
async function ownersOf(proc: string, wanted: Set<string>): Promise<Map<string, Owner>> {
  const owners = new Map<string, Owner>();
  const pids = (await entriesOf(proc)).filter((name) => /^\d+$/.test(name)).map(Number);
  for (const pid of pids.sort((a, b) => a - b)) {
    if (owners.size === wanted.size) break;
    const found = (await socketsOf(`${proc}/${pid}/fd`)).filter((inode) => wanted.has(inode) && !owners.has(inode));
    if (found.length === 0) continue;
    const name = printable(await nameOf(`${proc}/${pid}`));
    for (const inode of found) owners.set(inode, name === "" ? { pid } : { pid, process: name });
  }
  return owners;
}

/** Node 24 calls the main thread of every program "MainThread", which says nothing: then the executable's name. */
async function nameOf(folder: string): Promise<string> {
  const name = (await textOf(`${folder}/comm`)).trimEnd();
  if (name !== "MainThread") return name;
  const executable = await readlink(`${folder}/exe`).catch(() => "");
  return executable === "" ? name : basename(executable);
}

async function socketsOf(folder: string): Promise<string[]> {
  const links = await Promise.all((await entriesOf(folder)).map((fd) => readlink(`${folder}/${fd}`).catch(() => "")));
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []);
}

async function userNames(): Promise<Map<number, string>> {
  const lines = (await textOf("/etc/passwd")).split("\n").map((line) => line.split(":"));
  return new Map(
    lines.flatMap(([name = "", , uid = ""]) => (/^\d+$/.test(uid) ? [[Number(uid), printable(name)]] : [])),
  );
}

/** A process names itself as it likes: nothing in it may move a terminal's cursor. */
function printable(text: string): string {
  return text
    .trimEnd()
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "\uFFFD")
    .slice(0, 64);
}

// What is not there, or may not be read, is simply not known: processes come and go while we look.
const textOf = (path: string): Promise<string> => readFile(path, "utf8").catch(() => "");
const entriesOf = (path: string): Promise<string[]> => readdir(path).catch(() => []);
