import { count, counted } from "../../model/index.ts";
import type { BundleResult } from "../../contract/index.ts";
import { sizeText } from "../byte-progress.ts";
import type { Page } from "../screen/page.ts";
import { toned } from "../screen/style.ts";
import { utcAndLocal } from "../screen/time.ts";

export function showBundle(page: Page, result: BundleResult): void {
  const { directory, from, to, assets, log, files, bytes, manifest } = result;
  page.say`${toned("good", "Exported")} the evidence from ${utcAndLocal(from, page.style)} to ${utcAndLocal(to, page.style)}`;
  if (assets.length > 0) page.say`  of ${counted(assets.length, "asset")} only: ${assets.join(", ")}`;
  page.say`  ${directory}: ${count(files)} files, ${sizeText(bytes)}, of the log ${log}`;
  page.verbatim(`  manifest ${manifest}`);
  page.say`Check it as an auditor does: open index.html, or run node verify.mjs . in the folder. Tell the auditor the fingerprint of the key, which portolan evidence verify prints, by another way than with the folder.`;
}
