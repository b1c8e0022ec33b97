import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Fault } from "../../../model/index.ts";
import { configure, type Configuration, type OptionTexts } from "../configuration.ts";
import { readConfigurationDocument } from "../document.ts";
import { SETTINGS } from "../settings.ts";

const MOST_BYTES = 1_048_576;
const MOST_SECRET = 65_536;

export interface Surrounding {
  /** Base of relative paths, except those in the file, and the folder where the file is searched for. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads the configuration file and the environment; the options take precedence over both.
 *
 * @throws Fault `config-invalid`: file:line:column for the file, the variable or the option for the rest
 */
export function loadConfiguration({ directory, environment }: Surrounding, options: OptionTexts = {}): Configuration {
  const { variable, fallback } = SETTINGS.config;
  const asked = environment[variable] ?? "";
  const name = asked === "" ? fallback : asked;
  const path = resolve(directory, name);
  const source = textOf(path, name, asked !== "");
  return configure({
    options,
    environment,
    file: source === undefined ? undefined : { name, values: readConfigurationDocument(source, name) },
    absolute: (relative, { kind }) => resolve(kind === "file" ? dirname(path) : directory, relative),
    readSecret,
  });
}

function textOf(path: string, name: string, asked: boolean): string | undefined {
  try {
    const { size } = statSync(path);
    if (size > MOST_BYTES) throw new Error(`it has ${size} bytes; the limit is ${MOST_BYTES}`);
    return readFileSync(path, "utf8");
  } catch (error) {
    if (!asked && codeOf(error) === "ENOENT") return undefined;
    throw new Fault("config-invalid", `${name} cannot be read: ${codeOf(error) ?? messageOf(error)}.`, {
      place: path,
      next: asked
        ? `Correct ${SETTINGS.config.variable}, or the file or its permissions.`
        : "Correct the file or its permissions.",
      cause: error,
    });
  }
}

function readSecret(path: string): string {
  try {
    const { size } = statSync(path);
    if (size > MOST_SECRET) throw new Error(`it has ${size} bytes`);
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`${path} cannot be read (${codeOf(error) ?? messageOf(error)})`, { cause: error });
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
