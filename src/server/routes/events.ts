import { PassThrough } from "node:stream";
import { OPERATIONS } from "../../contract/index.ts";
import { Fault } from "../../model/index.ts";
import { addRoute } from "../add-route.ts";
import type { OwnRoutes } from "./route-deps.ts";

/** Streams that are open at once; more is refused, so that memory has a bound. */
const MOST_STREAMS = 2_000;
/** Bytes that a reader may be behind before it is cut off; it comes back with its Last-Event-ID. */
const MOST_BEHIND = 262_144;

export const eventRoutes: OwnRoutes = {
  /** The live events. */
  streamEvents(server, { feed }) {
    let open = 0;
    addRoute(server, OPERATIONS.events.stream, async (request, reply) => {
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
        .send(stream);
    });
  },
};
