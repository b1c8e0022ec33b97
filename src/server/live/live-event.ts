import { TOLD } from "../../contract/index.ts";
import type { EntryType } from "../../model/index.ts";
import { jsonText } from "../json-text.ts";

/** An entry of the log, whose body is already JSON; or an event that is not in the log and has no index. */
export type LiveEvent =
  | { readonly event: EntryType; readonly id: number; readonly body: string }
  | { readonly event: "listener-appeared" | "listener-vanished" | "missed"; readonly data: object };

/**
 * The text of an event in the stream (HTML Standard section 9.2). Empty for a type that is not sent. The JSON has no
 * line ends.
 */
export function eventOf(event: LiveEvent): string {
  if ("data" in event) return `event: ${event.event}\ndata: ${jsonText(event.data)}\n\n`;
  if (!TOLD.some((each) => each === event.event)) return "";
  // Canonical JSON escapes line ends; a body that somebody altered in the database may not.
  const body = event.body.replace(/[\r\n]+/g, " ");
  return `event: ${event.event}\nid: ${event.id}\ndata: ${body}\n\n`;
}

/** Entry types that can end a listener's permission. */
const ENDING = [
  "signed-out",
  "session-revoked",
  "key-revoked",
  "user-disabled",
  "roles-changed",
  "password-set",
] as const satisfies readonly EntryType[];

export function mayEndAccess(type: EntryType): boolean {
  return ENDING.some((each) => each === type);
}
