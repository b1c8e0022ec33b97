import { z } from "zod";
import type { EntryType } from "../model/index.ts";
import { defineRoute } from "./define-operation.ts";

/** What the live events tell of. What is not named here (who signed in, say) is for those who may read the log. */
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
  "gap-recorded",
] as const satisfies readonly EntryType[];

const LIVE_EVENTS = [...TOLD, "listener-appeared", "listener-vanished", "missed"] as const;

/** An entry of the evidence log that the live events tell of. */
export interface Change {
  readonly index: number;
  readonly type: EntryType;
  /** JSON object of the entry: its time, type and data. */
  readonly body: string;
}

export const eventOperations = {
  stream: defineRoute({
    id: "streamEvents",
    method: "GET",
    path: "/api/v1/events",
    tag: "events",
    summary: "What happens, as it happens",
    description: `Server-sent events: ${LIVE_EVENTS.join(", ")}. The id of an event is the index of its entry in the evidence log; listeners that appear or vanish are in no log and have none. The event "missed" says which entries were left out: read those with listEntries.`,
    permission: "record:read",
    headers: {
      "last-event-id": z
        .string()
        .regex(/^\d{1,15}$/)
        .optional()
        .describe("the last id that was read: what came after it is told first"),
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
