import { join } from "node:path";
import { Argument, type Command } from "commander";
import { commandsAsRunHere } from "../program-name.ts";
import {
  type ConfigCheckResult,
  configCheckResult,
  type ConfigResult,
  configResult,
  type DatabaseResult,
  databaseResult,
} from "../../contract/index.ts";
import { Fault } from "../../model/index.ts";
import type { FilesCheck } from "../app-port.ts";
import type { Configuration } from "../../platform/configuration/index.ts";
import { attestationOf, configurationOf } from "../configuration.ts";
import { exists, readDocument } from "../files.ts";
import { PROPOSAL_FILE } from "./baseline.ts";
import { jsonOption } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import { present } from "../present.ts";
import { homeOf, type ExitCode, type Surroundings } from "../surroundings.ts";
import { showConfig, showConfigCheck, showDatabase } from "../views/configuration.ts";

/** Beside portolan.yaml. */
const BASELINES = ["port-baseline.yaml", PROPOSAL_FILE];

const CHECK_EXAMPLES = `
Examples:
  portolan config check
  portolan config check --json

Exit codes: 0 valid, 2 not valid.`;

const STORES = ["embedded", "postgresql"] as const;

const DATABASE_EXAMPLES = `
Examples:
  portolan config database
  portolan config database embedded
  DATABASE_URL=postgresql://... portolan config database postgresql

Commands refuse any other database: a record that is continued in two
databases has two histories. A restore changes it by itself.

Exit codes: 0 shown or changed, 2 error.`;

const SHOW_EXAMPLES = `
Examples:
  portolan config show
  PORTOLAN_PORT=8080 portolan config show --json

Exit codes: 0 shown, 2 error.`;

export function addConfig(program: Command, context: Context): void {
  const { surroundings } = context;
  const config = program
    .command("config")
    .summary("the configuration: check it, show its settings")
    .description("The configuration: portolan.server.yaml, environment variables, options, defaults.");

  config
    .command("check")
    .summary("check whether Portolan can start with it")
    .description(
      "Reads portolan.yaml, the port baselines beside it, the settings and the files that they name as start does, and reports every problem.",
    )
    .option("--baseline <file...>", `port baselines to check (default: ${BASELINES.join(" and ")}, if they exist)`)
    .addOption(jsonOption(configCheckResult))
    .addHelpText("after", CHECK_EXAMPLES)
    .action((options: { baseline?: readonly string[]; json?: boolean }) =>
      context.ends(
        check(surroundings, options.baseline).then((result): ExitCode => {
          present(surroundings, options.json, result, (page) => showConfigCheck(page, result));
          return result.ok ? 0 : 2;
        }),
      ),
    );

  config
    .command("database")
    .summary("which database holds the record of this home")
    .description(
      "Shows which database holds the record of this home. With an argument, the home works on that one from now on.",
    )
    .addArgument(new Argument("[database]", "work on this one; the settings have to name it").choices(STORES))
    .option("--superseded", "although its record was restored into another database")
    .addOption(jsonOption(databaseResult))
    .addHelpText("after", DATABASE_EXAMPLES)
    .action((chosen: (typeof STORES)[number] | undefined, options: { superseded?: boolean; json?: boolean }) =>
      context.ends(
        database(surroundings, chosen, options.superseded).then((result): ExitCode => {
          present(surroundings, options.json, result, (page) => showDatabase(page, result));
          return 0;
        }),
      ),
    );

  config
    .command("show")
    .summary("every setting, its value and its source")
    .description("Shows every setting, its value and its source. For a secret, it shows only that it is set.")
    .addOption(jsonOption(configResult))
    .addHelpText("after", SHOW_EXAMPLES)
    .action((options: { json?: boolean }) =>
      context.ends(
        configurationHere(surroundings).then((result): ExitCode => {
          present(surroundings, options.json, result, (page) => showConfig(page, result));
          return 0;
        }),
      ),
    );
}

async function database(
  surroundings: Surroundings,
  chosen: (typeof STORES)[number] | undefined,
  superseded = false,
): Promise<DatabaseResult> {
  const { settings } = await configurationOf(surroundings);
  const home = homeOf(surroundings);
  const { chooseDatabase, databaseOfHome } = await surroundings.app();
  const databaseUrl = settings["database.url"];
  if (chosen === "postgresql" && databaseUrl === undefined) {
    throw new Fault("config-invalid", "DATABASE_URL is not set, so no PostgreSQL database is named.", {
      place: "DATABASE_URL",
      next: "Set DATABASE_URL, and run the command again.",
    });
  }
  if (chosen === "embedded" && databaseUrl !== undefined) {
    throw new Fault("config-invalid", "DATABASE_URL is set, and every command would use that database.", {
      place: "DATABASE_URL",
      next: "Unset DATABASE_URL, and run the command again.",
    });
  }
  const remembered =
    chosen === undefined ? databaseOfHome(home) : chooseDatabase({ home, databaseUrl }, { superseded });
  const { superseded: left = [], version: _version, ...place } = remembered ?? {};
  return {
    schema: "portolan.config-database/1",
    ...(remembered === undefined ? {} : { remembered: { ...place, store: remembered.store } }),
    superseded: left,
  };
}

/** Every setting with its value and source. */
async function configurationHere(surroundings: Surroundings): Promise<ConfigResult> {
  return await shownConfiguration(await configurationOf(surroundings));
}

/** A configuration as it was loaded, each setting with its source. Of a secret, that it is set. */
export async function shownConfiguration(configuration: Configuration): Promise<ConfigResult> {
  const { showSettings } = await import("../../platform/configuration/index.ts");
  return {
    schema: "portolan.config/1",
    file: configuration.file,
    settings: showSettings(configuration).map((setting) => ({
      ...setting,
      value: setting.value as ConfigResult["settings"][number]["value"],
    })),
    warnings: [...configuration.warnings],
  };
}

async function check(surroundings: Surroundings, named?: readonly string[]): Promise<ConfigCheckResult> {
  const [settings, files] = [await checkSettings(surroundings), await checkDocuments(surroundings, named)];
  const problems = [...settings.problems, ...files.problems];
  return {
    schema: "portolan.config-check/1",
    ok: problems.length === 0,
    file: settings.file,
    scope: files.scope,
    baselines: files.baselines,
    problems,
    warnings: [...settings.warnings, ...files.warnings],
  };
}

async function checkDocuments(surroundings: Surroundings, named: readonly string[] = []): Promise<FilesCheck> {
  const found = [];
  for (const file of BASELINES) if (await exists(surroundings, file)) found.push(file);
  const documents = [];
  for (const file of named.length === 0 ? found : named) {
    documents.push({ file, document: await readDocument(surroundings, file) });
  }
  const { checkFiles } = await surroundings.app();
  const scope = join(surroundings.directory, "portolan.yaml");
  const attestation = await configurationOf(surroundings).then(
    ({ settings }) => attestationOf(settings),
    () => undefined,
  );
  return await checkFiles(scope, documents, surroundings.clock.now(), attestation);
}

async function checkSettings(
  surroundings: Surroundings,
): Promise<Pick<ConfigCheckResult, "file" | "problems" | "warnings">> {
  try {
    const { settings, file, warnings } = await configurationOf(surroundings);
    const { checkServing } = await import("../../server/index.ts");
    const { servingOf } = await import("../configuration.ts");
    await checkServing(servingOf(settings));
    return { file, problems: [], warnings: [...warnings] };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const lines = error.message.split("\n");
    const placed = error.place !== undefined && !error.message.includes(error.place);
    const problems = placed
      ? [`${error.place ?? ""}: ${error.message} ${commandsAsRunHere(error.next, surroundings.program)}`]
      : lines;
    return { problems, warnings: [] };
  }
}
