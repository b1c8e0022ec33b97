import { PassThrough } from "node:stream";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { emptyQuery } from "../../contract/index.ts";
import { Fault } from "../../model/index.ts";
import type { Feed } from "../live/feed.ts";
import { LIVE_EVENTS } from "../live/live-event.ts";
import { named, problems, requires } from "../route-shapes.ts";
import { typed } from "./route-deps.ts";

/** Streams that are open at once; more is refused, so that memory has a bound. */
const MOST_STREAMS = 2_000;
/** Bytes that a reader may be behind before it is cut off; it comes back with its Last-Event-ID. */
const MOST_BEHIND = 262_144;

const eventHeaders = z.looseObject({
  "last-event-id": z
    .string()
    .regex(/^\d{1,15}$/)
    .optional()
    .describe("the last id that was read: what came after it is told first"),
});

/** The live events. */
export function addEvents(server: FastifyInstance, { feed }: { readonly feed: Feed }): void {
  let open = 0;
  typed(server).get(
    "/api/v1/events",
    {
      ...requires("record:read"),
      schema: {
        ...named(
          "streamEvents",
          "events",
          "What happens, as it happens",
          `Server-sent events: ${LIVE_EVENTS.join(", ")}. The id of an event is the index of its entry in the evidence log; listeners that appear or vanish are in no log and have none. The event "missed" says which entries were left out: read those with listEntries.`,
        ),
        querystring: emptyQuery,
        headers: eventHeaders,
        response: {
          200: {
            description: "a stream of events (HTML Standard section 9.2)",
            content: { "text/event-stream": { schema: z.string() } },
          },
          ...problems(503),
        },
      },
    },
    async (request, reply) => {
      if (open >= MOST_STREAMS) {
        reply.header("retry-after", "10");
        throw new Fault("store-unavailable", `${MOST_STREAMS} event streams are open, and that is the most.`, {
          next: "Close one, or wait until one is closed.",
        });
      }
      open += 1;
      const given = request.headers["last-event-id"];
      const stream = new PassThrough({ highWaterMark: MOST_BEHIND });
      let leave: () => void = () => undefined;
      stream.once("close", () => {
        open -= 1;
        leave();
      });
      reply.raw.once("close", () => stream.destroy());
      stream.write("retry: 3000\n\n");
      void feed
        .add(
          {
            send(bytes) {
              if (stream.destroyed) return;
              if (stream.writableLength + reply.raw.writableLength > MOST_BEHIND) reply.raw.destroy();
              else stream.write(bytes);
            },
            askAgain() {
              // Where nobody can say, it stays: the database is away, and nothing is told either.
              request.isStillPermitted().then(
                (is) => (is ? undefined : stream.end()),
                () => undefined,
              );
            },
            end: () => stream.end(),
          },
          given === undefined ? undefined : Number(given),
        )
        .then((entered) => {
          if (stream.destroyed) entered();
          else leave = entered;
        })
        .catch(() => stream.destroy());
      return reply
        .type("text/event-stream")
        .header("cache-control", "no-store")
        .header("x-accel-buffering", "no")
        .send(stream as never);
    },
  );
}
