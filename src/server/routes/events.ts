import { PassThrough } from "node:stream";
import { OPERATIONS } from "../../contract/index.ts";
import { Fault } from "../../model/index.ts";
import { addRoute } from "../add-route.ts";
import type { OwnRoutes } from "./route-deps.ts";

/** Most open streams. More are refused, so that memory stays bounded. */
const MOST_STREAMS = 2_000;
/** Bytes that a reader can be behind before it is disconnected. It resumes with its Last-Event-ID. */
const MOST_BEHIND = 262_144;

export const eventRoutes: OwnRoutes = {
  /** The live events. */
  streamEvents(server, { feed }) {
    let open = 0;
    addRoute(server, OPERATIONS.events.stream, async (request, reply) => {
      if (open >= MOST_STREAMS) {
        reply.header("retry-after", "10");
        throw new Fault("store-unavailable", `${MOST_STREAMS} event streams are open, which is the limit.`, {
          next: "Close a stream, or wait until one closes.",
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
              // If the check fails, the stream stays: the database is not available, so no events are sent either.
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
