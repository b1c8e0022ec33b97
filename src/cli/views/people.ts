import { counted } from "../../model/index.ts";
import type {
  KeyMadeResult,
  KeyRevokedResult,
  KeysResult,
  KeyView,
  LinkResult,
  SessionRevokedResult,
  SessionsResult,
  UserChangeResult,
  UsersResult,
  UserView,
} from "../../contract/index.ts";
import { MOST_ROWS, type Page } from "../screen/page.ts";
import { toned } from "../screen/style.ts";
import { utcAndLocal, utcShort } from "../screen/time.ts";

export function showUsers(page: Page, { users }: UsersResult): void {
  if (users.length === 0) {
    page.say`There is no user yet: portolan users first-admin gives a link for one.`;
    return;
  }
  page.say`${toned("strong", counted(users.length, "user"))}`;
  page.blank();
  for (const user of users.slice(0, MOST_ROWS)) showUser(page, user);
  rest(page, users.length);
}

export function showUserChange(page: Page, { user }: UserChangeResult): void {
  showUser(page, user);
}

function showUser(page: Page, user: UserView): void {
  const state =
    user.disabledAt !== undefined
      ? toned("bad", " disabled")
      : user.joined
        ? ""
        : toned("warn", " invited, has not used the link yet");
  page.say`  ${toned("strong", user.email)} ${user.name}${state}`;
  if (user.roles.length === 0) page.say`    no role: may read and do nothing`;
  for (const { role, from, to, inForce } of user.roles) {
    const period = `${from === undefined ? "" : ` from ${utcShort(from)}`}${to === undefined ? "" : ` until ${utcShort(to)}`}`;
    page.say`    ${role}${period}${inForce ? "" : toned("warn", " (not in force now)")}`;
  }
  const ways = [
    ...(user.secondFactor ? ["codes of an app"] : []),
    ...(user.passkeys === 0 ? [] : [counted(user.passkeys, "passkey")]),
  ];
  if (ways.length > 0) page.say`    signs in with ${ways.join(", ")}`;
  if (user.disabledAt !== undefined) page.say`    disabled ${utcAndLocal(user.disabledAt, page.style)}`;
}

export function showLink(page: Page, { user, url, expiresAt }: LinkResult): void {
  page.say`${user === undefined ? "This link makes the first admin" : `A link for ${user} alone`}. It works once, until ${utcAndLocal(expiresAt, page.style)}, and is not shown again:`;
  page.blank();
  page.verbatim(`  ${url}`);
}

export function showKeys(page: Page, { keys }: KeysResult): void {
  if (keys.length === 0) {
    page.say`No API keys. portolan keys make gives one.`;
    return;
  }
  for (const key of keys.slice(0, MOST_ROWS)) showKey(page, key);
  rest(page, keys.length);
}

function showKey(page: Page, key: KeyView): void {
  const over = key.revokedAt !== undefined || Date.parse(key.expiresAt) <= page.style.now;
  const end =
    key.revokedAt === undefined
      ? `${over ? "expired" : "expires"} ${utcShort(key.expiresAt)}`
      : `revoked ${utcShort(key.revokedAt)}`;
  page.say`${toned(over ? "faint" : "strong", key.name)} of ${key.user}, ${end}, begins with ${key.prefix}`;
  page.say`  may ${key.permissions.join(", ")}; last used ${key.lastUsedAt === undefined ? "never" : utcShort(key.lastUsedAt)}`;
  page.say`  ${toned("faint", key.id)}`;
}

export function showKeyMade(page: Page, { key, secret }: KeyMadeResult): void {
  page.say`A key for ${key.user}: ${toned("strong", key.name)}, until ${utcAndLocal(key.expiresAt, page.style)}. It is not shown again:`;
  page.blank();
  page.verbatim(secret);
  page.blank();
  page.say`It may ${key.permissions.join(", ")}. End it with portolan keys revoke ${key.id}`;
}

export function showKeyRevoked(page: Page, { key }: KeyRevokedResult): void {
  page.say`The key ${toned("strong", key.name)} of ${key.user} (${key.prefix}) is revoked. What it did stays in the record.`;
}

export function showSessions(page: Page, { sessions }: SessionsResult): void {
  if (sessions.length === 0) {
    page.say`Nobody is signed in.`;
    return;
  }
  for (const { id, user, address, agent, createdAt, expiresAt } of sessions.slice(0, MOST_ROWS)) {
    page.say`${toned("strong", user)} from ${address === "" ? "an unknown address" : address}, signed in ${utcShort(createdAt)}, until ${utcShort(expiresAt)}`;
    if (agent !== "") page.say`  says it is ${agent}`;
    page.say`  ${toned("faint", id)}`;
  }
  rest(page, sessions.length);
}

export function showSessionRevoked(page: Page, { session }: SessionRevokedResult): void {
  page.say`The session ${session} has ended.`;
}

function rest(page: Page, length: number): void {
  if (length > MOST_ROWS) page.say`and ${length - MOST_ROWS} more (--json shows all)`;
}
