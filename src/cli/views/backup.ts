import { count, counted } from "../../model/index.ts";
import type { BackupResult, RestoreResult } from "../../contract/index.ts";
import { sizeText } from "../byte-progress.ts";
import type { Page } from "../screen/page.ts";
import { toned } from "../screen/style.ts";
import { utcAndLocal } from "../screen/time.ts";
import { showTables } from "./evidence.ts";

export function showBackup(page: Page, result: BackupResult): void {
  page.say`${toned("good", "Backed up")} the record as of ${utcAndLocal(result.createdAt, page.style)}`;
  page.say`  ${result.file}: ${sizeText(result.bytes)}, ${count(result.rows)} rows of ${result.tables} tables, ${count(result.log.size)} entries of the evidence log`;
  page.say`  Checked after writing: it is complete. It does not contain the signing key: back up keys/evidence.pem separately.`;
  page.say`  It contains every recorded version of portolan.yaml, and not portolan.server.yaml.`;
}

export function showRestore(page: Page, result: RestoreResult): void {
  page.say`${toned("good", "Restored")} the record as of ${utcAndLocal(result.createdAt, page.style)} into ${result.store === "embedded" ? "the embedded database" : "PostgreSQL"}`;
  page.say`  ${count(result.rows)} rows of ${result.tables} tables; the evidence log verifies: ${counted(result.log.size, "entry", "entries")}, ${counted(result.log.checkpoints, "checkpoint")}`;
  if (result.compared !== undefined) showTables(page, result.compared);
  if (result.signingKey !== "in place") {
    page.say`  ${toned("warn", "The signing key is missing")}: the record can be read, but nothing can be added. Copy keys/evidence.pem of the original installation to ${result.keyFile ?? "keys/evidence.pem"}${result.signingKey === "another" ? ", in place of its other key" : ""}, for its owner alone (cp -p).`;
  }
  if (result.lost !== undefined)
    page.say`  ${toned("warn", "Lost:")} entries ${result.lost.from} to ${result.lost.to}, which a published checkpoint covers and this backup does not have. The entry of this restore says so.`;
  page.say`  Portolan monitors what portolan.yaml declares. Where there is none: portolan scope show -o portolan.yaml`;
  page.say`  Never continue both this record and the original one: the key would sign two histories.`;
}
