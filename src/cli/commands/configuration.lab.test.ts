import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeCertificate } from "../../../test/certificates.ts";
import { fakeOperations } from "../../../test/fakes/operations.ts";
import { fakeSurroundings } from "../../../test/fakes/surroundings.ts";
import { checkFiles } from "../../operations/check-files.ts";
import { SETTING_KEYS, settingOf } from "../../platform/configuration/settings.ts";
import { configCheckResult, configResult } from "../../contract/index.ts";
import { run } from "../run.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "portolan-config-"));
  await writeFile(join(directory, "portolan.yaml"), SCOPE);
});
afterEach(() => rm(directory, { recursive: true }));

const surroundings = (env: Record<string, string> = {}) =>
  fakeSurroundings({ directory, operations: fakeOperations(), env, door: { checkFiles } });

const SCOPE = `version: 1
name: shop
systemTypes:
  web-server: { cadence: 24h }
targets:
  - { name: dmz, addresses: [10.77.0.0/24], systemType: web-server }
assets:
  - { name: web-1, addresses: [10.77.0.2], owner: team-web }
`;
const beside = (file: string, text: string) => writeFile(join(directory, file), text);
const baseline = (...entries: string[]) =>
  `version: 1\nauthorizedPorts:\n${entries.map((each) => `  - { ${each} }\n`).join("")}`;
const web = "port: 443, owner: team-web, justification: web shop";

const write = (text: string) => writeFile(join(directory, "portolan.server.yaml"), text);

async function checked(env: Record<string, string> = {}) {
  const around = surroundings(env);
  const code = await run(["config", "check", "--json"], around);
  return { code, result: configCheckResult.parse(JSON.parse(around.printed.out)) };
}

describe("config check", () => {
  it("reports a valid configuration, and opens nothing", async () => {
    const around = surroundings();
    expect(await run(["config", "check"], around)).toBe(0);
    expect(around.printed.out).toBe(
      "portolan.yaml: shop, 1 target, 1 asset\nNo portolan.server.yaml: the environment and the defaults\nThe configuration is valid.\n",
    );
    expect(around.opened.ever).toBe(0);
  });

  it("reports a portolan.yaml that is missing or broken, each problem with its place", async () => {
    await rm(join(directory, "portolan.yaml"));
    const missing = await checked();
    expect(missing).toMatchObject({ code: 2, result: { ok: false } });
    expect(missing.result.problems[0]).toMatch(/portolan\.yaml.*Write one with: portolan init\./);
    await beside(
      "portolan.yaml",
      SCOPE.replace("systemType: web-server }", "systemType: 1 }").replace("owner:", "ownr:"),
    );
    const broken = await checked();
    expect(broken.code).toBe(2);
    expect(broken.result.problems.filter((each) => /portolan\.yaml:\d+:\d+: /.test(each))).toHaveLength(2);
  });

  describe("reads the files of witnesses and timestamps", () => {
    const settings = (folder: string) =>
      `version: 1\nevidence: { policy: ${folder}/policy.txt }\ntimestamps: { authorities: ${folder}/ca.pem }\n`;

    it("and reports those that are missing or broken, with the line", async () => {
      await write(settings("."));
      const missing = await checked();
      expect(missing.code).toBe(2);
      expect(missing.result.problems).toEqual([
        expect.stringMatching(/The policy of witnesses cannot be read \(ENOENT\)\./),
        expect.stringMatching(/The certificates of the timestamping authority cannot be read \(ENOENT\)\./),
      ]);
      await beside("policy.txt", "# ours\nwitness w1 nonsense\n");
      await beside("ca.pem", "nonsense");
      const { result } = await checked();
      expect(result.problems).toEqual([
        expect.stringContaining("policy.txt:2: this is not the key of a witness (vkey of type 0x04 or 0x06)."),
        expect.stringContaining("The file of the timestamping authority has no certificate that can be read."),
      ]);
    });

    it("and accepts them once each next step is followed, and warns of a certificate that ends", async () => {
      await mkdir(join(directory, "right"));
      await write(settings("right"));
      await beside("right/policy.txt", "quorum none\n");
      makeCertificate(join(directory, "right"), "ca");
      const { code, result } = await checked();
      expect([code, result.problems]).toEqual([0, []]);
      const timestamps = { authoritiesFile: join(directory, "right/ca.pem") };
      const files = await checkFiles(join(directory, "portolan.yaml"), [], Date.now(), { allow: [], timestamps });
      expect(files.warnings).toEqual([
        expect.stringMatching(/^The certificate of the timestamping authority ca ends on /),
      ]);
    });
  });

  it("checks the port baselines beside it: errors, selectors that match nothing, and dates in the past", async () => {
    await beside(
      "port-baseline.yaml",
      baseline(`asset: web-1, ${web}`, `asset: web-9, ${web}`, `cidr: 192.0.2.0/28, ${web}`),
    );
    await beside(
      "port-baseline.proposed.yaml",
      baseline(`asset: web-1, ${web}, expires: 2026-01-01`, "tag: x, port: 22"),
    );
    const { code, result } = await checked();
    expect([code, result.problems]).toEqual([0, []]);
    expect(result.baselines).toEqual([
      { file: "port-baseline.yaml", authorizedPorts: 3 },
      { file: "port-baseline.proposed.yaml", authorizedPorts: 2 },
    ]);
    expect(result.warnings).toEqual([
      "port-baseline.yaml:4:14: authorizedPorts[1].asset: nothing in the scope has asset web-9; correct the selector, or declare the asset in portolan.yaml",
      "port-baseline.yaml:5:13: authorizedPorts[2].cidr: nothing in the scope has address 192.0.2.0/28; correct the selector, or declare the asset in portolan.yaml",
      "port-baseline.proposed.yaml: 1 entry without an owner or a justification",
      "port-baseline.proposed.yaml:3:83: authorizedPorts[0].expires: the authorization ended on 2026-01-01T00:00:00.000Z, and it is 2026-03-14T09:00:00.000Z now; extend it, or remove the entry and close the port",
      "port-baseline.proposed.yaml:4:12: authorizedPorts[1].tag: nothing in the scope has tag x; correct the selector, or declare the asset in portolan.yaml",
    ]);
    await beside("other.yaml", "version: 1\nauthorizedPorts: [{ port: 0 }]\n");
    const around = surroundings();
    expect(await run(["config", "check", "--baseline", "other.yaml"], around)).toBe(2);
    expect(around.printed.out).toMatch(/error +other\.yaml:2:27: authorizedPorts\[0\]\.port: /);
  });

  it("reports every problem of the file, and exits with 2", async () => {
    await write("version: 1\nserver: { port: x }\ncolour: red\n");
    const { code, result } = await checked();
    expect(code).toBe(2);
    expect(result.problems).toHaveLength(2);
    expect(result.problems[0]).toMatch(/^portolan\.server\.yaml:2:17: server\.port: /);
  });

  it("checks the certificate, and refuses clear text beyond loopback", async () => {
    const { certificate } = makeCertificate(directory, "one");
    const { key } = makeCertificate(directory, "two");
    const wrong = await checked({ PORTOLAN_TLS_CERTIFICATE: certificate, PORTOLAN_TLS_KEY: key });
    expect(wrong).toMatchObject({ code: 2, result: { ok: false } });
    expect(wrong.result.problems[0]).toContain("does not belong to the certificate");
    const clear = await checked({ PORTOLAN_HOST: "0.0.0.0" });
    expect(clear.result.problems[0]).toContain("Without TLS");
  });

  it("warns of an unknown variable", async () => {
    expect((await checked({ PORTOLAN_HOMES: "x" })).result).toMatchObject({
      ok: true,
      warnings: ["PORTOLAN_HOMES is not a variable that Portolan knows; did you mean PORTOLAN_HOME?"],
    });
  });
});

describe("config show", () => {
  it("shows every setting with its source, and no secret", async () => {
    await write("version: 1\nserver: { port: 8080, allowHosts: [portolan.example] }\n");
    const env = { DATABASE_URL: "postgresql://u:open-sesame@db.internal/p", PORTOLAN_HOST: "::1" };
    const around = surroundings(env);
    expect(await run(["config", "show", "--json"], around)).toBe(0);
    const { settings } = configResult.parse(JSON.parse(around.printed.out));
    expect(settings.map(({ key }) => key)).toEqual(SETTING_KEYS);
    const of = (wanted: string) => settings.find(({ key }) => key === wanted);
    expect(of("server.port")).toMatchObject({ value: 8080, source: { kind: "file", name: "portolan.server.yaml" } });
    expect(of("server.host")).toMatchObject({ value: "::1", source: { kind: "environment", name: "PORTOLAN_HOST" } });
    expect(of("database.url")).toMatchObject({ value: "(set)", secret: true });
    const person = surroundings(env);
    expect(await run(["config", "show"], person)).toBe(0);
    expect(person.printed.out).toMatch(/server\.port +8080 +file\s+portolan\.server\.yaml/);
    expect(around.printed.out + person.printed.out).not.toContain("open-sesame");
  });
});

it("start has every option that a setting declares", async () => {
  const around = surroundings();
  await run(["start", "--help"], around);
  for (const key of SETTING_KEYS) {
    const { option } = settingOf(key);
    if (option !== undefined) expect(around.printed.out).toContain(`  ${option} <`);
  }
});

it("start reports a problem before it writes or opens anything", async () => {
  const around = surroundings();
  expect(await run(["start", "--host", "0.0.0.0", "--port", "0"], around)).toBe(2);
  expect(around.printed.err).toContain("Without TLS");
  expect(around.opened.ever).toBe(0);
});
