import type { KeyMadeResult, KeyRevokedResult, KeysResult, KeyView } from "../../contract/index.ts";
import { MOST_ROWS, type Page } from "../screen/page.ts";
import { toned } from "../screen/style.ts";
import { utcAndLocal, shortTime } from "../screen/time.ts";

export function showKeys(page: Page, { keys }: KeysResult): void {
  if (keys.length === 0) {
    page.say`No API keys. Next: portolan keys make`;
    return;
  }
  for (const key of keys.slice(0, MOST_ROWS)) showKey(page, key);
  page.rest(keys.length);
}

function showKey(page: Page, key: KeyView): void {
  const over = key.revokedAt !== undefined || Date.parse(key.expiresAt) <= page.style.now;
  const end =
    key.revokedAt === undefined
      ? `${over ? "expired" : "expires"} ${shortTime(key.expiresAt, page.style)}`
      : `revoked ${shortTime(key.revokedAt, page.style)}`;
  page.say`${toned(over ? "faint" : "strong", key.name)} of ${key.user}, ${end}, begins with ${key.prefix}`;
  page.say`  permissions: ${key.permissions.join(", ")}; last used ${key.lastUsedAt === undefined ? "never" : shortTime(key.lastUsedAt, page.style)}`;
  page.say`  ${toned("faint", key.id)}`;
}

export function showKeyMade(page: Page, { key, secret }: KeyMadeResult): void {
  page.say`A key for ${key.user}: ${toned("strong", key.name)}, until ${utcAndLocal(key.expiresAt, page.style)}. It is not shown again:`;
  page.blank();
  page.verbatim(secret);
  page.blank();
  page.say`It can do only this: ${key.permissions.join(", ")}. Revoke it with portolan keys revoke ${key.id}`;
}

export function showKeyRevoked(page: Page, { key }: KeyRevokedResult): void {
  page.say`The key ${toned("strong", key.name)} of ${key.user} (${key.prefix}) is revoked. Its past actions stay in the record.`;
}
