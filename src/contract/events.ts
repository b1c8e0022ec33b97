import { z } from "zod";
import type { EntryType } from "../model/index.ts";
import { defineRoute } from "./define-operation.ts";

/**
 * The entry types that live events report. Other types, such as sign-ins, are only for those who are allowed to read
 * the log.
 */
export const TOLD = [
  "scope-recorded",
  "sweep-started",
  "sweep-resumed",
  "sweep-finished",
  "sweep-refused",
  "baseline-approved",
  "finding-opened",
  "finding-resolved",
  "finding-regressed",
  "finding-out-of-scope",
  "gap-recorded",
  "looks-recorded",
  "finding-changed",
] as const satisfies readonly EntryType[];

/** The names of all events in the stream. */
export const LIVE_EVENTS = [...TOLD, "listener-appeared", "listener-vanished", "missed"] as const;

/** An entry of the evidence log, for the live events. */
export interface Change {
  readonly index: number;
  readonly type: EntryType;
  /** The entry as a JSON object: its time, type and data. */
  readonly body: string;
}

export const eventOperations = {
  stream: defineRoute({
    id: "streamEvents",
    method: "GET",
    path: "/api/v1/events",
    tag: "events",
    summary: "Live events",
    description: `Server-sent events: ${LIVE_EVENTS.join(", ")}. The id of an event is the index of its entry in the evidence log. Events about listeners that appear or vanish are not in the log and have no id. The event "missed" names the entries that were left out; read them with listEntries.`,
    permission: "record:read",
    headers: {
      "last-event-id": z
        .string()
        .regex(/^\d{1,15}$/)
        .optional()
        .describe("the id of the last event that the client read; the stream begins with the events after it"),
    },
    answersWith: {
      description: "a stream of events (HTML Standard section 9.2)",
      content: { "text/event-stream": z.string() },
    },
    problems: [503],
    example: {
      headers: { "last-event-id": "2" },
      answer: 'event: finding-opened\nid: 3\ndata: {"index":3,"type":"finding-opened"}\n\n',
    },
  }),
};
