import type { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { FastifyInstance } from "fastify";

export interface BodyPatience {
  /** Every body has so long, in milliseconds, */
  readonly atFirst: number;
  /** and one more second for each of these bytes that have arrived. */
  readonly bytesASecond: number;
  /** Once the request is answered, the rest of its body has so long. */
  readonly afterAnswer: number;
  readonly every: number;
}

/** 64 kbit/s: a sensor behind a slow line is in time, and an import of any size. */
const PATIENCE: BodyPatience = { atFirst: 20_000, bytesASecond: 8_192, afterAnswer: 2_000, every: 1_000 };

interface Awaited {
  readonly socket: Socket;
  readonly response: ServerResponse;
  readonly since: number;
  readonly before: number;
  answeredAt: number | undefined;
}

/**
 * Closes connections whose body does not arrive in time, like mod_reqtimeout of Apache. Node's own limit is one for all
 * requests: short enough for a sign-in, it would cut off the import of a gigabyte.
 */
export function refuseSlowBodies(server: FastifyInstance, patience: BodyPatience = PATIENCE): void {
  const waiting = new Set<Awaited>();

  server.addHook("onRequest", (request, reply, done) => {
    if (hasBody(request.raw)) wait(request.raw, reply.raw);
    done();
  });
  server.addHook("onClose", (_server, done) => {
    clearInterval(timer);
    done();
  });
  const timer = setInterval(() => {
    const now = performance.now();
    for (const each of waiting) if (isLate(each, now)) close(each);
  }, patience.every);
  timer.unref();

  function wait(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    // A request that a program injects arrives without a connection.
    if (!(socket instanceof Socket)) return;
    const awaited: Awaited = {
      socket,
      response,
      since: performance.now(),
      before: socket.bytesRead,
      answeredAt: undefined,
    };
    waiting.add(awaited);
    const arrived = (): boolean => waiting.delete(awaited);
    request.once("end", arrived);
    socket.once("close", arrived);
    request.once("close", () => socket.off("close", arrived));
    response.once("finish", () => (awaited.answeredAt = performance.now()));
  }

  function isLate({ socket, since, before, answeredAt }: Awaited, now: number): boolean {
    if (answeredAt !== undefined && now - answeredAt > patience.afterAnswer) return true;
    const earned = ((socket.bytesRead - before) / patience.bytesASecond) * 1_000;
    return now - since > patience.atFirst + earned;
  }

  function close(each: Awaited): void {
    waiting.delete(each);
    // As Node says it when its own time limits are exceeded.
    if (!each.response.headersSent) each.socket.write("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n");
    each.socket.destroySoon();
  }
}

/** RFC 9112 section 6.3: a request without either header has no body. */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}
