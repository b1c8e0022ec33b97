import type { WhoamiResult } from "../../contract/index.ts";
import type { Page } from "../screen/page.ts";
import { toned } from "../screen/style.ts";

export function showWhoami(page: Page, { kind, name, roles, server }: WhoamiResult): void {
  if (kind === "operator") {
    page.say`${toned("strong", name)}: anyone who can read the token file of this machine. Nobody is signed in.`;
    return;
  }
  page.say`${toned("strong", name)}, signed in at ${server ?? ""}`;
  page.say`  ${roles.length === 0 ? "no role in force" : roles.join(", ")}`;
}
