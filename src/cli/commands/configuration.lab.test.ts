import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeCertificate } from "../../../test/certificates.ts";
import { fakeOperations } from "../../../test/fakes/operations.ts";
import { fakeSurroundings } from "../../../test/fakes/surroundings.ts";
import { SETTING_KEYS, settingOf } from "../../platform/configuration/settings.ts";
import { configCheckResult, configResult } from "../../contract/index.ts";
import { run } from "../run.ts";

let directory: string;
beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), "portolan-config-"))));
afterEach(() => rm(directory, { recursive: true }));

const surroundings = (env: Record<string, string> = {}) =>
  fakeSurroundings({ directory, operations: fakeOperations(), env });

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
    expect(around.printed.out).toBe("The configuration is valid.\n");
    expect(around.opened.ever).toBe(0);
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
    expect(person.printed.out).toMatch(/server\.port +8080 +file portolan\.server\.yaml/);
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
