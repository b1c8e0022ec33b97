import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { IdempotencyStore, IdempotencyKey } from "../contract/index.ts";
import { Fault } from "../model/index.ts";
import { answer } from "./gate.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Accepts an Idempotency-Key: a repeated request gets the stored response and is not performed again. */
    idempotent?: boolean;
    /** The media type of the response, if it is not JSON. */
    answersIn?: string | undefined;
  }
  interface FastifyRequest {
    /** The key that this request has claimed. */
    idempotency: ClaimedKey | undefined;
  }
}

/** A claimed key; either of the two calls ends the claim. */
export interface ClaimedKey {
  readonly key: IdempotencyKey;
  keep(answer: string): Promise<void>;
  release(): Promise<void>;
}

/** Headers of a route that is performed once. */
export const IDEMPOTENCY_HEADERS = {
  "idempotency-key": z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/)
    .optional()
    .describe("chosen by the client, e.g. a UUID: the same request with the same key takes effect once per day"),
};

const RENEWED_EVERY = 40_000;

/**
 * Claims the key of a request before it is performed. Stores the response of a success, and releases the key after a
 * failure. (draft-ietf-httpapi-idempotency-key-header)
 */
export function answerIdempotently(server: FastifyInstance, store: () => IdempotencyStore): void {
  server.decorateRequest("idempotency", undefined);

  server.addHook("preHandler", async (request, reply) => {
    const given = request.headers["idempotency-key"];
    if (typeof given !== "string" || request.routeOptions.config.idempotent !== true) return undefined;
    const key = { principal: request.principal?.name ?? "", key: given };
    const begun = await store().begin({ ...key, digest: digestOf(request) });
    switch (begun.outcome) {
      case "fresh":
        request.idempotency = claim(store(), key);
        return undefined;
      case "answered":
        return replay(reply, begun.answer);
      case "running":
        return answer(
          reply.header("retry-after", "5"),
          new Fault("conflict", "A request with this Idempotency-Key is still in progress.", {
            next: "Wait, then send the same request again.",
          }),
        );
      case "other-request":
        return answer(
          reply,
          new Fault("conflict", "This Idempotency-Key was already used for another request.", {
            next: "Choose a new key for a new request.",
          }),
          422,
        );
    }
  });

  server.addHook("onSend", async (request, reply, payload) => {
    const { idempotency } = request;
    if (idempotency === undefined || typeof payload !== "string") return payload;
    if (reply.statusCode < 300) await idempotency.keep(payload);
    else await idempotency.release();
    return payload;
  });
}

function claim(store: IdempotencyStore, key: IdempotencyKey): ClaimedKey {
  // The key stays claimed while this process works on the request. If the process dies, the claim ends two minutes
  // later.
  const timer = setInterval(() => void store.renew(key).catch(() => undefined), RENEWED_EVERY);
  timer.unref();
  return {
    key,
    keep(text) {
      clearInterval(timer);
      return store.keep(key, text);
    },
    release() {
      clearInterval(timer);
      return store.release(key);
    },
  };
}

function replay(reply: FastifyReply, text: string): FastifyReply {
  return reply
    .code(200)
    .header("idempotency-replayed", "true")
    .type(reply.request.routeOptions.config.answersIn ?? "application/json")
    .serializer((payload: string) => payload)
    .send(text);
}

function digestOf(request: FastifyRequest): string {
  return createHash("sha256")
    .update(JSON.stringify([request.method, request.url, request.body ?? null]))
    .digest("hex");
}
