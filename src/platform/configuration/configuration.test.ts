import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Fault } from "../../model/index.ts";
import { configurationJsonSchema, loadConfiguration, settingsTable, showSettings, type OptionTexts } from "./index.ts";
import { SETTING_KEYS, settingOf, type SettingKey } from "./settings.ts";

let directory: string;
beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), "portolan-configuration-"))));
afterEach(() => rm(directory, { recursive: true }));

const load = (environment: Record<string, string> = {}, options: OptionTexts = {}) =>
  loadConfiguration({ directory, environment }, options);

const write = (text: string, file = "portolan.server.yaml") => writeFile(join(directory, file), text);

function refusal(environment: Record<string, string> = {}, options: OptionTexts = {}): Fault {
  try {
    load(environment, options);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

/** For every setting, two values as text, as in a variable or an option, each with its parsed value. */
const EXAMPLES: Readonly<Record<SettingKey, readonly (readonly [text: string, value: unknown])[]>> = {
  config: [],
  home: [["/a", "/a"]],
  debug: [["on", true]],
  "database.url": [["postgresql://u:p@db.internal/portolan", "postgresql://u:p@db.internal/portolan"]],
  identify: [
    ["off", false],
    ["TRUE", true],
  ],
  "server.host": [
    ["10.0.0.5", "10.0.0.5"],
    ["::1", "::1"],
  ],
  "server.port": [
    ["0", 0],
    ["65535", 65_535],
  ],
  "server.allowHosts": [
    ["a.example, b.example", ["a.example", "b.example"]],
    ["c.example", ["c.example"]],
  ],
  "server.trustedProxies": [
    ["10.0.0.7,2001:db8::/64", ["10.0.0.7", "2001:db8::/64"]],
    ["10.0.0.0/24", ["10.0.0.0/24"]],
  ],
  "server.tls.certificate": [
    ["/c1", "/c1"],
    ["/c2", "/c2"],
  ],
  "server.tls.key": [
    ["/k1", "/k1"],
    ["/k2", "/k2"],
  ],
  "server.publicUrl": [
    ["https://a.example", "https://a.example"],
    ["https://b.example", "https://b.example"],
  ],
  "egress.allow": [
    ["tsa.internal,10.0.0.0/24", ["tsa.internal", "10.0.0.0/24"]],
    ["2001:db8::7", ["2001:db8::7"]],
  ],
  "boundary.zones": [["z.example@ns1,y@[2001:db8::5]:5353", ["z.example@ns1", "y@[2001:db8::5]:5353"]]],
  "boundary.tsigKey": [["/k", "/k"]],
  "evidence.policy": [["/p", "/p"]],
  "timestamps.url": [
    ["https://tsa.example/tsr", "https://tsa.example/tsr"],
    ["http://tsa.example", "http://tsa.example"],
  ],
  "timestamps.authorities": [["/ca", "/ca"]],
  "timestamps.policy": [["1.3.6.1.4.1.99999.1", "1.3.6.1.4.1.99999.1"]],
  "publish.directory": [["/evidence", "/evidence"]],
  "publish.git.repository": [["/srv/evidence.git", "/srv/evidence.git"]],
  "publish.git.branch": [["evidence", "evidence"]],
  "publish.webhook.url": [["https://hook.example", "https://hook.example"]],
  "publish.webhook.secret": [["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]],
  "publish.mail.to": [["a@example.com,b@example.com", ["a@example.com", "b@example.com"]]],
  "publish.mail.from": [["portolan@example.com", "portolan@example.com"]],
  "publish.mail.server": [["smtps://mail.example.com", "smtps://mail.example.com"]],
  "publish.mail.password": [["sesame", "sesame"]],
  "publish.bucket.endpoint": [["https://s3.example", "https://s3.example"]],
  "publish.bucket.name": [["evidence", "evidence"]],
  "publish.bucket.region": [["eu-central-1", "eu-central-1"]],
  "publish.bucket.accessKeyId": [["AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"]],
  "publish.bucket.secretAccessKey": [["sesame", "sesame"]],
  "publish.bucket.lock": [["governance", "governance"]],
  "publish.bucket.retainDays": [["30", 30]],
  "oidc.issuer": [["https://login.example", "https://login.example"]],
  "oidc.clientId": [["portolan", "portolan"]],
  "oidc.clientSecret": [["sesame", "sesame"]],
  "oidc.name": [["Example", "Example"]],
};

/** Settings that have to be set with it. */
const COMPANION: Partial<Record<SettingKey, Record<string, string>>> = {
  "server.tls.certificate": { PORTOLAN_TLS_KEY: "/k" },
  "server.tls.key": { PORTOLAN_TLS_CERTIFICATE: "/c" },
  "timestamps.url": { PORTOLAN_TIMESTAMPS_AUTHORITIES: "/ca" },
};

describe.each(SETTING_KEYS.filter((key) => key !== "config"))("%s", (key) => {
  const { variable, option, secret, fallback } = settingOf(key);
  const [first = ["", undefined]] = EXAMPLES[key];
  const beside = COMPANION[key] ?? {};

  it("has its default if nothing sets it", () => {
    const { settings, sources } = load();
    expect(settings[key]).toEqual(key === "home" ? join(directory, ".portolan") : fallback);
    expect(sources[key]).toEqual({ kind: "default" });
  });

  it("is set by its variable, and an empty one sets nothing", () => {
    const { settings, sources } = load({ ...beside, [variable]: first[0] });
    expect(settings[key]).toEqual(first[1]);
    expect(sources[key]).toEqual({ kind: "environment", name: variable });
    expect(load({ [variable]: "" }).sources[key]).toEqual({ kind: "default" });
  });

  it("is in the table, and a secret has no option", () => {
    expect(settingsTable()).toContain(`\`${variable}\``);
    expect(secret && option !== undefined).toBe(false);
  });
});

it.each(SETTING_KEYS.filter((key) => settingOf(key).inFile && !settingOf(key).secret))(
  "%s is set by the file, over which its variable takes precedence",
  async (key) => {
    const [first = ["", undefined], second = first] = EXAMPLES[key];
    const beside = COMPANION[key] ?? {};
    const value = key.split(".").reduceRight<unknown>((inner, step) => ({ [step]: inner }), first[1]) as object;
    await write(JSON.stringify({ version: 1, ...value }));
    const { settings, sources } = load(beside);
    expect(settings[key]).toEqual(first[1]);
    expect(sources[key]).toEqual({ kind: "file", name: "portolan.server.yaml" });
    expect(load({ ...beside, [settingOf(key).variable]: second[0] }).settings[key]).toEqual(second[1]);
  },
);

it.each(SETTING_KEYS.filter((key) => settingOf(key).option !== undefined))(
  "%s is set by its option, which takes precedence over its variable",
  (key) => {
    const [first = ["", undefined], second = first] = EXAMPLES[key];
    const { variable, option } = settingOf(key);
    const { settings, sources } = load({ ...COMPANION[key], [variable]: first[0] }, { [key]: second[0] });
    expect(settings[key]).toEqual(second[1]);
    expect(sources[key]).toEqual({ kind: "option", name: option });
  },
);

describe("secrets", () => {
  const url = "postgresql://portolan:open-sesame@db.internal/portolan";

  it("come from a file that a variable or the configuration names, beside the latter", async () => {
    await mkdir(join(directory, "etc"));
    await write(`${url}\n`, "etc/database");
    expect(load({ DATABASE_URL_FILE: "etc/database" }).settings["database.url"]).toBe(url);
    await write("version: 1\ndatabase: { urlFile: database }\n", "etc/server.yaml");
    const { settings, sources } = load({ PORTOLAN_CONFIG: "etc/server.yaml" });
    expect(settings["database.url"]).toBe(url);
    expect(sources["database.url"]).toEqual({ kind: "file", name: "etc/server.yaml" });
  });

  it("are never shown", async () => {
    await write(url, "database");
    const shown = JSON.stringify(showSettings(load({ DATABASE_URL_FILE: "database" })));
    expect(shown).toContain('"value":"(set)"');
    expect(shown).not.toContain("open-sesame");
  });

  it("are not quoted when they are wrong", async () => {
    const fault = refusal({ DATABASE_URL: `${url}\u0007` });
    expect(fault).toMatchObject({ code: "config-invalid", place: "DATABASE_URL" });
    expect(fault.message).not.toContain("open-sesame");
    await write(`${url}\u0007`, "database");
    expect(refusal({ DATABASE_URL_FILE: "database" }).message).not.toContain("open-sesame");
  });

  it("are not in the configuration file itself, and not in two places", async () => {
    await write(`version: 1\ndatabase: { url: "${url}" }\n`);
    expect(refusal().message).toContain("portolan.server.yaml:2:13: database.url");
    expect(refusal().message).not.toContain("open-sesame");
    await write("version: 1\n");
    expect(refusal({ DATABASE_URL: url, DATABASE_URL_FILE: "x" }).message).toContain("both set");
    expect(refusal({ DATABASE_URL_FILE: "absent" }).message).toMatch(/absent cannot be read \(ENOENT\)/);
  });
});

describe("what is wrong", () => {
  it("is reported all at once, with place and remedy", () => {
    const fault = refusal(
      { PORTOLAN_HOST: "a b", PORTOLAN_IDENTIFY: "perhaps", PORTOLAN_TLS_KEY: "k" },
      { "server.port": "70000", "server.trustedProxies": ["10.0.0.0/0"] },
    );
    const lines = fault.message.split("\n");
    expect(lines.map((line) => line.split(":")[0])).toEqual([
      "PORTOLAN_IDENTIFY",
      "PORTOLAN_HOST",
      "--port",
      "--trust-proxy",
      "PORTOLAN_TLS_KEY",
    ]);
    expect(lines[2]).toBe('--port: "70000" is not a whole number from 0 to 65535; give a whole number from 0 to 65535');
    expect(lines[4]).toContain("server.tls.key is set without server.tls.certificate");
  });

  it("in the file has its line and column, and a suggestion", async () => {
    await write("version: 1\nserver:\n  prot: 8080\n  port: eighty\n");
    const { message } = refusal();
    expect(message).toMatch(/portolan\.server\.yaml:3:3: .*port/);
    expect(message).toMatch(/portolan\.server\.yaml:4:9: server\.port: /);
  });

  it("is a named file that does not exist, and one that is too large", async () => {
    expect(refusal({ PORTOLAN_CONFIG: "elsewhere.yaml" })).toMatchObject({ code: "config-invalid" });
    await write(`version: 1\n${"#".repeat(1_100_000)}\n`);
    expect(refusal().message).toContain("the limit is 1048576");
  });

  it("does not include an unknown variable, which is a warning with a suggestion", () => {
    const { warnings } = load({
      PORTOLAN_PROT: "1",
      PORTOLAN_PACKET_SOCKETS: "3",
      PORTOLANX: "",
      PORTOLAN_ZZZZZZZZZZ: "",
    });
    expect(warnings).toEqual([
      "PORTOLAN_PROT is not a variable that Portolan knows; did you mean PORTOLAN_PORT?",
      "PORTOLAN_ZZZZZZZZZZ is not a variable that Portolan knows",
    ]);
  });
});

it("a path in the file is relative to the file, any other to the current directory", async () => {
  await mkdir(join(directory, "etc"));
  await write("version: 1\nserver: { tls: { certificate: server.pem } }\n", "etc/server.yaml");
  const { settings } = load({ PORTOLAN_CONFIG: "etc/server.yaml", PORTOLAN_TLS_KEY: "server.key" });
  expect(settings["server.tls.certificate"]).toBe(join(directory, "etc/server.pem"));
  expect(settings["server.tls.key"]).toBe(join(directory, "server.key"));
});

it("the JSON Schema has every key of the file and no secret", () => {
  const text = JSON.stringify(configurationJsonSchema());
  expect(text).toContain('"urlFile"');
  expect(text).not.toContain('"clientSecret"');
  expect(text).toContain('"trustedProxies"');
  expect(text).toContain('"additionalProperties":false');
});
