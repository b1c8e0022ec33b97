import { generateKeyPairSync } from "node:crypto";
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { eachDatabase } from "../../test/databases.ts";
import type { Store } from "../platform/storage/index.ts";
import { compareTables, signingKey } from "../record/evidence/index.ts";
import { createScopeChange } from "./scope-change.ts";
import { scopeInForceNow } from "./scope-in-force.ts";
import { scopeBinding } from "./signed-scope.ts";

const NOON = Date.parse("2026-03-14T12:00:00Z");
const scopeOf = (addresses: string, more = ""): string => `version: 1
name: test
limits: { rate: 100, perHostRate: 10 }
systemTypes: { host: { cadence: 1h, ports: "1-100" } }
targets: [{ name: net, addresses: [${addresses}], systemType: host }]
${more}`;

eachDatabase("a change of the scope", (open) => {
  const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;
  let store: Store;
  let directory: string;
  let file: string;
  const clock = { now: () => NOON };
  const deps = () => ({ store, clock, key, user: "root", file });
  const change = () => createScopeChange(deps());
  const set = async (document: string, replaces?: string) =>
    await change().set({
      document,
      replaces: replaces ?? (await change().check({})).replaces,
      requestedBy: "Eve <eve@example.com>",
    });
  const recorded = async () =>
    (await store.db.selectFrom("scope_version").select(["version", "recorded_by"]).orderBy("version").execute()).map(
      ({ version, recorded_by: by }) => `${version} ${by}`,
    );

  beforeEach(async () => {
    store = await open();
    directory = await mkdtemp(join(tmpdir(), "portolan-scope-change-"));
    file = join(directory, "portolan.yaml");
    await writeFile(file, scopeOf("10.9.0.0/29"));
    await scopeInForceNow(deps());
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("is checked without being put in force: what it covers, and how long a sweep takes", async () => {
    const checked = await change().check({ document: scopeOf("10.9.0.4-10.9.0.11") });
    expect(checked).toMatchObject({ version: 1, isNew: true, problems: [], refused: [], name: "test" });
    expect([checked.added, checked.removed]).toEqual([["10.9.0.8/30"], ["10.9.0.0/30"]]);
    // 800 probes at 100 a second; 100 of each host at 10 a second take longer.
    expect(checked.targets).toEqual([
      { target: "net", systemType: "host", cadence: "1h", addresses: 8, ports: 100, endpoints: 800, seconds: 10 },
    ]);
    expect(await readFile(file, "utf8")).toBe(scopeOf("10.9.0.0/29"));
    expect(await recorded()).toEqual(["1 root"]);
    expect(await change().check({ document: `# a comment\n${scopeOf("10.9.0.0/29")}` })).toMatchObject({
      isNew: false,
    });
  });

  it("has its problems by line, and says what the guard refuses", async () => {
    const wrong = await change().check({ document: scopeOf("10.9.0.0/99").replace("1h", "1 fortnight") });
    expect(wrong.problems.map(({ line }) => line)).toContain(4);
    expect(wrong.targets).toEqual([]);
    const unreadable = await change().check({ document: "version: [" });
    expect(unreadable.problems[0]).toMatchObject({ line: expect.any(Number), problem: expect.any(String) });
    const refused = await change().check({ document: scopeOf("10.9.0.0/29, 198.51.101.0/30") });
    expect(refused.refused).toMatchObject([{ rule: "public-without-authorization" }]);
    expect(refused.problems).toEqual([]);
  });

  it("counts the ranges that it does not list", async () => {
    const many = Array.from({ length: 230 }, (_, at) => `10.9.${at}.128`).join(", ");
    const { added, removed, omitted } = await change().check({ document: scopeOf(many) });
    expect(added).toHaveLength(200);
    expect(omitted).toEqual({ refused: 0, added: 30, removed: 0 });
    expect(removed).toHaveLength(1);
  });

  it("replaces the file and is recorded under the name of its maker, with its entry", async () => {
    await chmod(file, 0o640);
    expect(await set(scopeOf("10.9.0.0/28"))).toMatchObject({
      isNew: true,
      scope: { version: 2, recordedBy: "Eve <eve@example.com>" },
    });
    expect(await readFile(file, "utf8")).toBe(scopeOf("10.9.0.0/28"));
    expect((await stat(file)).mode & 0o777).toBe(0o640);
    expect((await scopeInForceNow(deps())).version.version).toBe(2);
    expect(await recorded()).toEqual(["1 root", "2 Eve <eve@example.com>"]);
    expect((await compareTables(store.db, [scopeBinding])).contradictions).toEqual([]);
    expect(await readdir(directory)).toEqual(["portolan.yaml"]);
  });

  it("keeps comments, which make no version", async () => {
    const document = `# why: SEC-12\n${scopeOf("10.9.0.0/29")}`;
    expect(await set(document)).toMatchObject({ isNew: false, scope: { version: 1 } });
    expect(await readFile(file, "utf8")).toBe(document);
  });

  it("does not replace what somebody changed meanwhile", async () => {
    const { replaces } = await change().check({});
    await writeFile(file, scopeOf("10.9.0.0/30"));
    await expect(set(scopeOf("10.9.0.0/28"), replaces)).rejects.toMatchObject({ code: "outdated" });
    expect(await readFile(file, "utf8")).toBe(scopeOf("10.9.0.0/30"));
    expect(await recorded()).toEqual(["1 root"]);
    expect((await change().check({})).document).toBe(scopeOf("10.9.0.0/30"));
    expect(await set(scopeOf("10.9.0.0/28"))).toMatchObject({ isNew: true });
  });

  it("lets one of two changes at once through", async () => {
    const { replaces } = await change().check({});
    const both = await Promise.allSettled([
      set(scopeOf("10.9.0.0/28"), replaces),
      set(scopeOf("10.9.0.0/27"), replaces),
      scopeInForceNow(deps()),
    ]);
    const [first, second] = both.map(({ status }) => status);
    expect(new Set([first, second])).toEqual(new Set(["fulfilled", "rejected"]));
    expect(await recorded()).toEqual(["1 root", "2 Eve <eve@example.com>"]);
  });

  it("is refused whole if it has a problem, and records nothing if the file cannot be replaced", async () => {
    await expect(set("version: [")).rejects.toMatchObject({ code: "config-invalid" });
    await rm(file);
    await symlink("/proc/version", file);
    await expect(set(scopeOf("10.9.0.0/28"))).rejects.toMatchObject({ code: "system-failed" });
    expect(await recorded()).toEqual(["1 root"]);
    await rm(file);
    await writeFile(file, scopeOf("10.9.0.0/28"));
    expect((await scopeInForceNow(deps())).version.version).toBe(2);
  });

  it("reads no list file that portolan.yaml does not name", async () => {
    await writeFile(join(directory, "secret.txt"), "root:x:0:0\n");
    await writeFile(join(directory, "hosts.txt"), "10.9.1.1\n");
    const add = await change().check({ document: scopeOf('"file:secret.txt"') });
    expect(JSON.stringify(add)).not.toContain("root:x");
    expect(add.problems).toMatchObject([{ line: 5, problem: expect.stringContaining("cannot add it") }]);
    for (const path of ["/etc/passwd", "../../etc/passwd"]) {
      expect(JSON.stringify(await change().check({ document: scopeOf(`"file:${path}"`) }))).not.toContain("root:");
    }
    await writeFile(file, scopeOf('"file:hosts.txt"'));
    expect(await change().check({ document: scopeOf('"file:hosts.txt", 10.9.0.1') })).toMatchObject({
      problems: [],
      targets: [{ addresses: 2 }],
    });
  });
});
