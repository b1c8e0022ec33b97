import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export const BUCKET_KEY = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "sesame", region: "eu-central-1" };

/** An S3-compatible store on a free port of this machine. */
export interface TestBucket {
  readonly url: string;
  /** By `/bucket/key`. */
  readonly objects: Map<string, string>;
  /** Keys in one page of a listing. */
  pageKeys: number;
  /** It answers each listing with 403, as to a key that may only put and get. */
  listing: "allowed" | "denied";
  close(): void;
}

/**
 * Puts, gets and lists (ListObjectsV2), as S3 documents them. It checks signature, digest and lock by its own reading of
 * AWS Signature Version 4, and refuses to replace an object.
 * `slack`: milliseconds by which the end of a lock may differ, for a sender with a clock of its own.
 */
export async function serveBucket(now: () => number, { retainDays = 30, slack = 0 } = {}): Promise<TestBucket> {
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      const { status, text } = answer(request, body);
      response.writeHead(status).end(text);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const self: TestBucket = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects: new Map(),
    pageKeys: 1_000,
    listing: "allowed",
    close: () => void server.close(),
  };

  function answer(request: IncomingMessage, body: string): { readonly status: number; readonly text?: string } {
    const { method = "", headers } = request;
    const { pathname: path, searchParams: query } = new URL(request.url ?? "", "http://store");
    if (!isSigned(request, body)) return { status: 403, text: "<Code>SignatureDoesNotMatch</Code>" };
    if (method === "GET" && query.get("list-type") === "2") {
      return self.listing === "allowed"
        ? { status: 200, text: listing(`${path}/`, query) }
        : { status: 403, text: "<Code>AccessDenied</Code>" };
    }
    if (method === "GET")
      return self.objects.has(path) ? { status: 200, text: self.objects.get(path) ?? "" } : { status: 404 };
    const until = Date.parse(String(headers["x-amz-object-lock-retain-until-date"]));
    const locked =
      headers["x-amz-object-lock-mode"] === "COMPLIANCE" && Math.abs(until - now() - retainDays * 86_400_000) <= slack;
    const digest = createHash("md5").update(body).digest("base64");
    if (!locked || headers["content-md5"] !== digest) return { status: 400, text: "<Code>InvalidRequest</Code>" };
    if (headers["if-none-match"] === "*" && self.objects.has(path)) return { status: 412 };
    self.objects.set(path, body);
    return { status: 200 };
  }

  function listing(bucket: string, query: URLSearchParams): string {
    const prefix = query.get("prefix") ?? "";
    const keys = [...self.objects.keys()]
      .map((path) => path.slice(bucket.length))
      .filter((key) => key.startsWith(prefix));
    if (query.get("delimiter") === "/") {
      const folders = new Set(keys.filter((key) => key.includes("/")).map((key) => `${key.split("/")[0]}/`));
      const prefixes = [...folders].map((each) => `<CommonPrefixes><Prefix>${each}</Prefix></CommonPrefixes>`);
      return `<ListBucketResult><Prefix></Prefix><IsTruncated>false</IsTruncated>${prefixes.join("")}</ListBucketResult>`;
    }
    const rest = keys.filter((key) => key > (query.get("start-after") ?? "")).sort();
    const contents = rest.slice(0, self.pageKeys).map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`);
    return `<ListBucketResult><Prefix>${prefix}</Prefix><IsTruncated>${rest.length > self.pageKeys}</IsTruncated>${contents.join("")}</ListBucketResult>`;
  }
  return self;
}

function isSigned({ method = "", url = "", headers }: IncomingMessage, body: string): boolean {
  const [, scope = "", signed = "", signature] =
    /Credential=[^/]+\/(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})$/.exec(headers.authorization ?? "") ?? [];
  const [path = "", query = ""] = url.split("?");
  const sorted = [...new URLSearchParams(query)]
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .sort()
    .join("&");
  const lines = signed.split(";").map((name) => `${name}:${String(headers[name])}\n`);
  const content = createHash("sha256").update(body).digest("hex");
  const canonical = `${method}\n${path}\n${sorted}\n${lines.join("")}\n${signed}\n${content}`;
  const hashed = createHash("sha256").update(canonical).digest("hex");
  let key: Buffer = Buffer.from(`AWS4${BUCKET_KEY.secretAccessKey}`);
  for (const part of scope.split("/")) key = createHmac("sha256", key).update(part).digest();
  const text = `AWS4-HMAC-SHA256\n${String(headers["x-amz-date"])}\n${scope}\n${hashed}`;
  return signature === createHmac("sha256", key).update(text).digest("hex");
}
