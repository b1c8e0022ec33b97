import { mkdir, mkdtemp, rm, symlink, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createOwnerSearch } from "./owners.ts";

let proc: string;
beforeEach(async () => {
  proc = await mkdtemp(join(tmpdir(), "portolan-proc-"));
});
afterEach(() => rm(proc, { recursive: true }));

async function program(pid: number, name: string): Promise<void> {
  await mkdir(join(proc, `${pid}/fd`), { recursive: true });
  await writeFile(join(proc, `${pid}/comm`), `${name}\n`);
}
const hold = (pid: number, fd: number, inode: number) => symlink(`socket:[${inode}]`, join(proc, `${pid}/fd/${fd}`));
const letGo = (pid: number, fd: number) => unlink(join(proc, `${pid}/fd/${fd}`));

it("keeps the owner of a socket until everything is read again", async () => {
  await program(10, "web");
  await program(20, "other");
  await hold(10, 3, 77);
  const search = createOwnerSearch(proc);
  const owner = async (anew: boolean) => (await search.find([77], anew)).owners.get(77)?.process;
  expect(await owner(false)).toBe("web");
  await letGo(10, 3);
  await hold(20, 3, 77);
  expect(await owner(false)).toBe("web");
  expect(await owner(true)).toBe("other");
  await letGo(20, 3);
  expect(await owner(true)).toBeUndefined();
});

it("searches for unknown owners again when everything is read again, and never for those of a kernel socket", async () => {
  await program(10, "web");
  const search = createOwnerSearch(proc);
  expect((await search.find([5, 0], false)).owners.size).toBe(0);
  await hold(10, 3, 5);
  await hold(10, 4, 0);
  expect((await search.find([5, 0], false)).owners.size).toBe(0);
  expect([...(await search.find([5, 0], true)).owners.keys()]).toEqual([5]);
});
