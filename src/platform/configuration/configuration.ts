import { formatPath, suggest } from "../documents/index.ts";
import { Fault } from "../../model/index.ts";
import type { Setting } from "./setting.ts";
import { SETTING_KEYS, settingOf, type SettingKey, type Settings } from "./settings.ts";

/** Where a value comes from, in order of precedence. */
export type Source =
  | { readonly kind: "option"; readonly name: string }
  | { readonly kind: "environment"; readonly name: string }
  | { readonly kind: "file"; readonly name: string }
  | { readonly kind: "default" };

export interface Configuration {
  readonly settings: Settings;
  readonly sources: Readonly<Record<SettingKey, Source>>;
  /** The configuration file that was read, if there is one. */
  readonly file: string | undefined;
  /** Warnings: not errors, but surely not intended. */
  readonly warnings: readonly string[];
}

/** Settings from the options of a command, as typed. */
export type OptionTexts = { readonly [Key in SettingKey]?: string | readonly string[] | undefined };

export interface ConfigurationInput {
  readonly options: OptionTexts;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The file's name and what it sets; absent: there is none. */
  readonly file?: { readonly name: string; readonly values: ReadonlyMap<SettingKey, unknown> } | undefined;
  /** Makes a path from a source absolute: one in the file is relative to the file. */
  readonly absolute: (path: string, source: Source) => string;
  /** Reads a file that holds a secret. */
  readonly readSecret: (path: string) => string;
}

type Found = { readonly value: unknown; readonly source: Source };
interface Trouble {
  readonly place: string;
  readonly problem: string;
  readonly fix: string;
}

/** Variables that look like settings and are for programs: they are neither listed nor warned about. */
const INTERNAL = ["PORTOLAN_PACKET_SOCKETS"];

/**
 * The settings in effect. An option takes precedence over the environment, that over the file, that over the default.
 *
 * @throws Fault `config-invalid` with every problem of options and environment, one per line
 */
export function configure(input: ConfigurationInput): Configuration {
  const troubles: Trouble[] = [];
  const settings: Partial<Record<SettingKey, unknown>> = {};
  const sources: Partial<Record<SettingKey, Source>> = {};
  for (const key of SETTING_KEYS) {
    const setting = settingOf(key);
    const found = settled(key, setting, input, troubles);
    const path = setting.kind.isPath === true && typeof found.value === "string";
    settings[key] = path ? input.absolute(found.value, found.source) : found.value;
    sources[key] = found.source;
  }
  const complete = settings as unknown as Settings;
  troubles.push(...contradictions(complete, sources as Record<SettingKey, Source>));
  if (troubles.length > 0) throw faultOf(troubles);
  return {
    settings: complete,
    sources: sources as Record<SettingKey, Source>,
    file: input.file?.name,
    warnings: unknownVariables(input.environment),
  };
}

function settled(key: SettingKey, setting: Setting<unknown>, input: ConfigurationInput, troubles: Trouble[]): Found {
  const { kind, variable, option = "", secret } = setting;
  const fallback: Found = { value: setting.fallback, source: { kind: "default" } };
  const check = (value: unknown, source: Source & { name: string }, written: string): Found => {
    const result = kind.schema.safeParse(value);
    if (result.success) return { value: result.data, source };
    troubles.push({
      place: source.name,
      // A secret is never quoted, even if it is wrong.
      problem: secret ? "it is not a valid value" : `${JSON.stringify(written.slice(0, 100))} is not ${kind.form}`,
      fix: `give ${kind.form}`,
    });
    return fallback;
  };
  const fromSecretFile = (path: string, source: Source & { name: string }): Found => {
    try {
      return check(input.readSecret(input.absolute(path, source)).replace(/\r?\n$/, ""), source, "");
    } catch (error) {
      const why = error instanceof Error ? error.message : "it cannot be read";
      troubles.push({ place: source.name, problem: why, fix: "name a file that this user may read" });
      return fallback;
    }
  };

  const typed = input.options[key];
  if (typed !== undefined) {
    const source = { kind: "option", name: option } as const;
    return typeof typed === "string"
      ? check(kind.fromText(typed), source, typed)
      : check(typed, source, typed.join(", "));
  }
  // Shells and containers use an empty variable for one that is not set.
  const direct = nonEmpty(input.environment[variable]);
  const named = secret ? nonEmpty(input.environment[`${variable}_FILE`]) : undefined;
  if (direct !== undefined && named !== undefined) {
    troubles.push({
      place: `${variable}_FILE`,
      problem: `${variable} and ${variable}_FILE are both set`,
      fix: "unset one of them",
    });
    return fallback;
  }
  if (named !== undefined) return fromSecretFile(named, { kind: "environment", name: `${variable}_FILE` });
  if (direct !== undefined) {
    return check(kind.fromText(direct), { kind: "environment", name: variable }, direct);
  }
  const { file } = input;
  if (!file?.values.has(key)) return fallback;
  const source = { kind: "file", name: file.name } as const;
  const value = file.values.get(key);
  // The schema of the file has checked the value.
  return secret ? fromSecretFile(String(value), source) : { value, source };
}

/** Settings that need another one. */
const NEEDS: readonly (readonly [SettingKey, SettingKey])[] = [
  ["server.tls.certificate", "server.tls.key"],
  ["server.tls.key", "server.tls.certificate"],
  ["timestamps.url", "timestamps.authorities"],
];

/** Settings that are valid by themselves but not together. */
function contradictions(settings: Settings, sources: Readonly<Record<SettingKey, Source>>): Trouble[] {
  return NEEDS.filter(([there, missing]) => settings[there] !== undefined && settings[missing] === undefined).map(
    ([there, missing]) => {
      const source = sources[there];
      const { variable, option } = settingOf(missing);
      const ways = [`${missing} in the file`, ...(option === undefined ? [] : [option])].join(" or ");
      return {
        place: source.kind === "default" ? formatPath([there]) : source.name,
        problem: `${there} is set without ${missing}`,
        fix: `set both: ${variable}, ${ways}`,
      };
    },
  );
}

function unknownVariables(environment: ConfigurationInput["environment"]): string[] {
  const known = new Set(INTERNAL);
  for (const key of SETTING_KEYS) {
    const { variable, secret } = settingOf(key);
    known.add(variable);
    if (secret) known.add(`${variable}_FILE`);
  }
  const candidates = [...known].filter((name) => !INTERNAL.includes(name));
  return Object.keys(environment)
    .filter((name) => name.startsWith("PORTOLAN_") && !known.has(name))
    .sort()
    .slice(0, 20)
    .map((name) => {
      const near = suggest(name, candidates);
      return `${name} is not a variable that Portolan knows${near === undefined ? "" : `; did you mean ${near}?`}`;
    });
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

function faultOf(troubles: readonly Trouble[]): Fault {
  const lines = troubles.map(({ place, problem, fix }) => `${place}: ${problem}; ${fix}`);
  return new Fault("config-invalid", lines.join("\n"), {
    place: troubles[0]?.place,
    next: "Correct it, then run portolan config check.",
  });
}
