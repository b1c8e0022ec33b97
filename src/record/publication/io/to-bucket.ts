import { createHash } from "node:crypto";
import type { Clock, Instant } from "../../../model/index.ts";
import type { Egress, Outgoing, Reply } from "../../../platform/egress/index.ts";
import type { Destination } from "../destination.ts";
import { noteName } from "../note-name.ts";
import { sigv4, type BucketKey } from "../sigv4.ts";

export interface BucketPlace extends BucketKey {
  /** `https://s3.eu-central-1.amazonaws.com` */
  readonly endpoint: string;
  readonly bucket: string;
  /** For how many days the store refuses to delete or replace an object. */
  readonly retainDays: number;
  readonly lock: "compliance" | "governance";
}

const DAY = 86_400_000;
const EMPTY = "";

/**
 * A bucket of an S3-compatible store with object lock: one object for each checkpoint, which the store itself keeps from
 * being changed. An object that exists is not replaced; if it is another one, that is an error.
 */
export function toBucket(place: BucketPlace, egress: Egress, clock: Clock): Destination {
  const base = `${place.endpoint.replace(/\/+$/, "")}/${place.bucket}`;

  async function call(
    method: "GET" | "PUT",
    url: string,
    body: string,
    more: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Answer> {
    const headers = sigv4({ method, url, headers: more, body }, place, clock.now());
    const outgoing: Outgoing = { method, headers, signal, maxBytes: 65_536, ...(method === "PUT" ? { body } : {}) };
    const reply = await egress.fetch(url, outgoing);
    if (reply.outcome !== "answered") throw new Error(reply.problem);
    return reply;
  }

  return {
    name: `bucket ${base}`,
    every: 0,
    async send(checkpoint, signal) {
      const { note } = checkpoint;
      const url = `${base}/${noteName(checkpoint)}`;
      const put = await call("PUT", url, note, lockHeaders(place, note, clock.now()), signal);
      if (put.status >= 200 && put.status <= 299) return;
      // It exists: from an attempt whose answer was lost, or from somebody else.
      if (put.status !== 412 && put.status !== 409) throw new Error(refusal(put));
      const got = await call("GET", url, EMPTY, {}, signal);
      if (got.status !== 200) throw new Error(refusal(got));
      if (Buffer.from(got.body).toString("utf8") !== note) {
        throw new Error("it holds another checkpoint of the same size, which stays as it is");
      }
    },
  };
}

type Answer = Extract<Reply, { readonly outcome: "answered" }>;

function lockHeaders({ lock, retainDays }: BucketPlace, note: string, now: Instant): Readonly<Record<string, string>> {
  return {
    // Object lock requires a digest of the content.
    "content-md5": createHash("md5").update(note).digest("base64"),
    "content-type": "text/plain; charset=utf-8",
    "if-none-match": "*",
    "x-amz-object-lock-mode": lock.toUpperCase(),
    "x-amz-object-lock-retain-until-date": new Date(now + retainDays * DAY).toISOString(),
  };
}

/** The code that S3 gives, and nothing else of its answer: it may come from anywhere. */
function refusal({ status, body }: Answer): string {
  const code = /<Code>([A-Za-z]{1,60})<\/Code>/.exec(Buffer.from(body).toString("latin1"))?.[1];
  return `it answers ${status}${code === undefined ? "" : ` (${code})`}`;
}
