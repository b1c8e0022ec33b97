import type { ConfigCheckResult, ConfigResult, DatabaseResult } from "../../contract/index.ts";
import type { Page } from "../screen/page.ts";
import { counted } from "../../model/index.ts";
import { toned } from "../screen/style.ts";
import { utcAndLocal } from "../screen/time.ts";

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

export function showDatabase(page: Page, { remembered, superseded }: DatabaseResult): void {
  if (remembered === undefined) {
    page.say`No record was opened in this home yet. The first command that opens one decides which database holds it.`;
    return;
  }
  page.say`The record of this home is in ${placeText(remembered)}.`;
  if (remembered.record !== undefined)
    page.say`record ${remembered.record}, generation ${String(remembered.generation ?? 1)}`;
  for (const left of superseded) {
    page.say`${toned("warn", "Superseded:")} the record in ${placeText(left)}, which was restored into another database at ${utcAndLocal(left.at, page.style)}`;
  }
}

function placeText({ store, database }: { readonly store: string; readonly database?: string | undefined }): string {
  return store === "embedded" ? "the embedded database" : `PostgreSQL (${database ?? "?"})`;
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
