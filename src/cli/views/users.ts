import type { LinkResult, UserChangeResult, UsersResult, UserView } from "../../contract/index.ts";
import { counted } from "../../model/index.ts";
import { MOST_ROWS, type Page } from "../screen/page.ts";
import { toned } from "../screen/style.ts";
import { utcAndLocal, shortTime } from "../screen/time.ts";

export function showUsers(page: Page, { users }: UsersResult): void {
  if (users.length === 0) {
    page.say`There is no user yet. Next: portolan users first-admin prints a link for the first admin.`;
    return;
  }
  page.say`${toned("strong", counted(users.length, "user"))}`;
  page.blank();
  for (const user of users.slice(0, MOST_ROWS)) showUser(page, user);
  page.rest(users.length);
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
  if (user.roles.length === 0) page.say`    no role: cannot read or do anything`;
  for (const { role, from, to, inForce } of user.roles) {
    const period = `${from === undefined ? "" : ` from ${shortTime(from, page.style)}`}${to === undefined ? "" : ` until ${shortTime(to, page.style)}`}`;
    page.say`    ${role}${period}${inForce ? "" : toned("warn", " (not in force now)")}`;
  }
  if (user.sameAs !== undefined) page.say`    the same person as ${user.sameAs.join(", ")}`;
  const ways = [
    ...(user.secondFactor ? ["codes from an app"] : []),
    ...(user.passkeys === 0 ? [] : [counted(user.passkeys, "passkey")]),
  ];
  if (ways.length > 0) page.say`    signs in with ${ways.join(", ")}`;
  if (user.disabledAt === undefined && user.password && !user.secondFactor) {
    const admin = user.roles.some(({ role, inForce }) => role === "admin" && inForce);
    page.say`    ${toned("warn", "no second factor")}: ${admin ? "can do nothing but set one up, on /account" : "a password alone signs them in"}`;
  }
  if (user.disabledAt !== undefined) page.say`    disabled ${utcAndLocal(user.disabledAt, page.style)}`;
}

export function showLink(page: Page, { user, url, expiresAt }: LinkResult): void {
  page.say`${user === undefined ? "This link makes the first admin" : `A link for ${user} only`}. It works once, until ${utcAndLocal(expiresAt, page.style)}, and is not shown again:`;
  page.blank();
  page.verbatim(`  ${url}`);
}
