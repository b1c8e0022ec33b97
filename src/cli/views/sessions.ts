import type { SessionRevokedResult, SessionsResult } from "../../contract/index.ts";
import { MOST_ROWS, type Page } from "../screen/page.ts";
import { toned } from "../screen/style.ts";
import { shortTime } from "../screen/time.ts";

export function showSessions(page: Page, { sessions }: SessionsResult): void {
  if (sessions.length === 0) {
    page.say`Nobody is signed in.`;
    return;
  }
  for (const { id, user, address, agent, createdAt, expiresAt } of sessions.slice(0, MOST_ROWS)) {
    page.say`${toned("strong", user)} from ${address === "" ? "an unknown address" : address}, signed in ${shortTime(createdAt, page.style)}, until ${shortTime(expiresAt, page.style)}`;
    if (agent !== "") page.say`  calls itself ${agent}`;
    page.say`  ${toned("faint", id)}`;
  }
  page.rest(sessions.length);
}

export function showSessionRevoked(page: Page, { session }: SessionRevokedResult): void {
  page.say`The session ${session} has ended.`;
}
