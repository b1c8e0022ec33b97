import type { ConfigCheckResult, ConfigResult } from "../../contract/index.ts";
import type { Page } from "../screen/page.ts";
import { counted } from "../../model/index.ts";
import { toned } from "../screen/style.ts";

export function showConfig(page: Page, result: ConfigResult): void {
  page.say`${result.file ?? "No configuration file: only the environment and defaults."}`;
  page.table({
    columns: [{ title: "setting" }, { title: "value", wraps: true }, { title: "source", wraps: true }],
    rows: result.settings.map(({ key, value, source }) => [
      key,
      textOf(value),
      source.kind === "default" ? "default" : `${source.kind} ${source.name}`,
    ]),
  });
  showWarnings(page, result.warnings);
}

export function showConfigCheck(page: Page, result: ConfigCheckResult): void {
  for (const problem of result.problems) page.say`${toned("bad", "error")}    ${problem}`;
  showWarnings(page, result.warnings);
  const { scope, baselines = [], file } = result;
  if (scope !== undefined) {
    page.say`portolan.yaml: ${scope.name}, ${counted(scope.targets, "target")}, ${counted(scope.assets, "asset")}`;
  }
  for (const each of baselines) page.say`${each.file}: ${counted(each.authorizedPorts, "authorized port")}`;
  page.say`${file ?? "No portolan.server.yaml: the environment and the defaults"}`;
  if (result.ok) page.say`The configuration is valid.`;
}

function showWarnings(page: Page, warnings: readonly string[]): void {
  for (const warning of warnings) page.say`${toned("warn", "warning")}  ${warning}`;
}

function textOf(value: ConfigResult["settings"][number]["value"]): string {
  if (value === undefined) return "-";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "object") return value.length === 0 ? "none" : value.join(", ");
  return String(value);
}
