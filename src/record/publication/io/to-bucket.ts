import { createHash } from "node:crypto";
import type { Clock, Instant } from "../../../model/index.ts";
import type { Egress, Outgoing, Reply } from "../../../platform/egress/index.ts";
import type { Destination } from "../destination.ts";
import { newestKeys, type Page } from "../newest-keys.ts";
import { noteName, numbersInName } from "../note-name.ts";
import { sigv4, type BucketKey } from "../sigv4.ts";
import type { HeldNote } from "../verdict.ts";

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
/** The start of a record waits for a store no longer than this. */
const PATIENCE_AT_START = 15_000;
/** Logs in one bucket, and checkpoints of each, that a start compares. */
const MOST_LOGS = 20;
const NEWEST = 10;
/** A thousand keys, with what a store says about each. */
const PAGE_BYTES = 2_097_152;

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
    const maxBytes = url.includes("?") ? PAGE_BYTES : 65_536;
    const outgoing: Outgoing = { method, headers, signal, maxBytes, ...(method === "PUT" ? { body } : {}) };
    const reply = await egress.fetch(url, outgoing);
    if (reply.outcome !== "answered") throw new Error(reply.problem);
    return reply;
  }

  async function textOf(url: string, signal: AbortSignal): Promise<string> {
    const got = await call("GET", url, EMPTY, {}, signal);
    if (got.status !== 200) throw new Error(refusal(got));
    return Buffer.from(got.body).toString("utf8");
  }

  /** ListObjectsV2: keys, or with a delimiter the folders. */
  async function listed(query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Page> {
    const url = `${base}?${new URLSearchParams({ "list-type": "2", ...query }).toString()}`;
    const text = await textOf(url, signal);
    const tag = query["delimiter"] === undefined ? /<Key>([^<]{1,1024})<\/Key>/g : /<Prefix>([^<]{1,1024})<\/Prefix>/g;
    const keys = [...text.matchAll(tag)].map(([, key = ""]) => key);
    return { keys, truncated: text.includes("<IsTruncated>true</IsTruncated>") };
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
    async known() {
      const signal = AbortSignal.timeout(PATIENCE_AT_START);
      const folders = (await listed({ delimiter: "/" }, signal)).keys.filter((name) => /^[A-Za-z0-9.-]+\/$/.test(name));
      const notes: HeldNote[] = [];
      for (const prefix of folders.slice(0, MOST_LOGS)) {
        const page = (after: string) => listed({ prefix, "start-after": after }, signal);
        for (const key of await newestKeys(page, prefix, NEWEST)) {
          const numbers = numbersInName(key);
          if (numbers === undefined || !/^[A-Za-z0-9./-]+$/.test(key)) continue;
          const from = `${base}/${key}`;
          notes.push({ note: await textOf(from, signal), from, generation: numbers.generation });
        }
      }
      return { notes };
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
