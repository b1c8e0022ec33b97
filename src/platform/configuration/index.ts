/** The settings of an installation at start: one file, environment variables and options, from one table. */
export { type Configuration, type OptionTexts, type Source } from "./configuration.ts";
export { settingsTable, showSettings } from "./describe.ts";
export { configurationJsonSchema } from "./document.ts";
export type { Settings } from "./settings.ts";
export { loadConfiguration } from "./io/load-configuration.ts";
