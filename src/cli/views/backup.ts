import { count, counted } from "../../model/index.ts";
import type { BackupResult, RestoreResult } from "../../contract/index.ts";
import { sizeText } from "../byte-progress.ts";
import type { Page } from "../screen/page.ts";
import { toned } from "../screen/style.ts";
import { utcAndLocal } from "../screen/time.ts";

export function showBackup(page: Page, result: BackupResult): void {
  page.say`${toned("good", "Backed up")} the record as of ${utcAndLocal(result.createdAt, page.style)}`;
  page.say`  ${result.file}: ${sizeText(result.bytes)}, ${count(result.rows)} rows of ${result.tables} tables, ${count(result.log.size)} entries of the evidence log`;
  page.say`  Read once more after writing: it is whole. The signing key is not in it: keep keys/evidence.pem elsewhere, too.`;
}

export function showRestore(page: Page, result: RestoreResult): void {
  page.say`${toned("good", "Restored")} the record as of ${utcAndLocal(result.createdAt, page.style)} into ${result.store === "embedded" ? "the embedded database" : "PostgreSQL"}`;
  page.say`  ${count(result.rows)} rows of ${result.tables} tables; the evidence log verifies: ${counted(result.log.size, "entry", "entries")}, ${counted(result.log.checkpoints, "checkpoint")}`;
  if (result.signingKey !== "in place") {
    page.say`  ${toned("warn", "The signing key is missing")}: the record can be read, and nothing can be added. Put keys/evidence.pem of the installation that made it into keys/ of this one${result.signingKey === "another" ? ", in place of the other key that is there" : ""}.`;
  }
  page.say`  Never go on with both this record and the one it was taken from: the key would sign two histories.`;
}
