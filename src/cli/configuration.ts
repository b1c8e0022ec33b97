import type { Configuration, OptionTexts, Settings } from "../platform/configuration/index.ts";
import type { StartServerConfig } from "../server/index.ts";
import type { Surroundings } from "./surroundings.ts";

type Around = Pick<Surroundings, "env" | "directory">;

/** The settings from options, environment and file. Loaded late: `--help` must not wait for it. */
export async function configurationOf({ env, directory }: Around, options?: OptionTexts): Promise<Configuration> {
  const { loadConfiguration } = await import("../platform/configuration/index.ts");
  return loadConfiguration({ directory, environment: env }, options);
}

export async function databaseUrlOf(around: Around): Promise<string | undefined> {
  return (await configurationOf(around)).settings["database.url"];
}

/** The settings of the API. */
export function servingOf(
  settings: Settings,
): Pick<StartServerConfig, "host" | "port" | "allowHosts" | "tls" | "trustedProxies" | "publicUrl"> {
  const [certificate, key] = [settings["server.tls.certificate"], settings["server.tls.key"]];
  return {
    host: settings["server.host"],
    port: settings["server.port"],
    publicUrl: settings["server.publicUrl"],
    allowHosts: settings["server.allowHosts"],
    trustedProxies: settings["server.trustedProxies"],
    tls: certificate === undefined || key === undefined ? undefined : { certificate, key },
  };
}

/** The zones that may be transferred, and from where. */
export function boundaryOf(settings: Settings) {
  const [zones, tsigKeyFile] = [settings["boundary.zones"], settings["boundary.tsigKey"]];
  return { zones, tsigKeyFile, allow: settings["egress.allow"] };
}

/** The witnesses and the authority that attest checkpoints; undefined: none is configured. */
export function attestationOf(settings: Settings) {
  const policyFile = settings["evidence.policy"];
  const [url, authoritiesFile] = [settings["timestamps.url"], settings["timestamps.authorities"]];
  if (policyFile === undefined && authoritiesFile === undefined) return undefined;
  const timestamps =
    authoritiesFile === undefined ? undefined : { url, authoritiesFile, policy: settings["timestamps.policy"] };
  return { allow: settings["egress.allow"], policyFile, timestamps };
}
