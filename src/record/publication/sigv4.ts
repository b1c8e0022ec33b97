import { createHash, createHmac } from "node:crypto";

export interface SignedRequest {
  readonly method: string;
  readonly url: string;
  /** By lower-case name; all of them are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface BucketKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

const sha256 = (data: string): string => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Uint8Array, data: string): Buffer => createHmac("sha256", key).update(data).digest();

/** RFC 3986: every byte except unreserved characters. */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The headers of a request to an S3-compatible store, signed with AWS Signature Version 4 (header form). */
export function sigv4(request: SignedRequest, key: BucketKey, now: number): Readonly<Record<string, string>> {
  const { host, pathname, searchParams } = new URL(request.url);
  const time = new Date(now).toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
  const day = time.slice(0, 8);
  const digest = sha256(request.body);
  const headers: Record<string, string> = {
    ...request.headers,
    host,
    "x-amz-content-sha256": digest,
    "x-amz-date": time,
  };
  const names = Object.keys(headers).sort();
  const path = pathname
    .split("/")
    .map((step) => encoded(decodeURIComponent(step)))
    .join("/");
  const query = [...searchParams]
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join("&");
  const canonical = [
    request.method,
    path,
    query,
    ...names.map((name) => `${name}:${headers[name]?.trim() ?? ""}`),
    "",
    names.join(";"),
    digest,
  ].join("\n");
  const scope = `${day}/${key.region}/s3/aws4_request`;
  const signing = [day, key.region, "s3", "aws4_request"].reduce<string | Uint8Array>(
    hmac,
    `AWS4${key.secretAccessKey}`,
  );
  const signature = hmac(signing, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`).toString("hex");
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${key.accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`,
  };
}
