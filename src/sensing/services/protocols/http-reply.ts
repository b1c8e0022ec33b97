import { latin1, utf8 } from "../bytes.ts";

/** Length that is read of a body; the rest is cut. */
const LONGEST_BODY = 16_384;
const LONGEST_HEAD = 16_384;
const MOST_HEADERS = 64;

/** A reply of HTTP/1, reduced to the parts used. */
export interface HttpReply {
  readonly status: number;
  /** Lower-case names, first value of each. */
  readonly headers: ReadonlyMap<string, string>;
  /** As UTF-8. */
  readonly body: string;
  /** Nothing more of the body will be read. */
  readonly whole: boolean;
}

/** RFC 9112. `short` while the head is not whole; undefined if it is not HTTP. Bodies are never decompressed. */
export function readHttp(reply: Uint8Array): HttpReply | "short" | undefined {
  const text = latin1(reply.subarray(0, LONGEST_HEAD));
  const version = /^(?:HTTP\/\d\.\d|RTSP\/1\.0|ICY) (\d{3})\b/.exec(text);
  if (version === null) return text.length < 13 && "HTTP/1.".startsWith(text.slice(0, 7)) ? "short" : undefined;
  const crlf = text.indexOf("\r\n\r\n");
  const lf = text.indexOf("\n\n");
  const end = crlf >= 0 && (lf < 0 || crlf < lf) ? crlf + 4 : lf >= 0 ? lf + 2 : -1;
  if (end < 0 && text.length < LONGEST_HEAD) return "short";
  const head = end < 0 ? text : text.slice(0, end);
  const headers = new Map<string, string>();
  for (const line of head.split(/\r?\n/, MOST_HEADERS + 1).slice(1)) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
    if (name !== "" && !headers.has(name)) headers.set(name, line.slice(colon + 1, colon + 513).trim());
  }
  const from = end < 0 ? reply.length : end;
  const chunked = /\bchunked\b/i.test(headers.get("transfer-encoding") ?? "");
  const length = Number(headers.get("content-length") ?? Number.NaN);
  const status = Number(version[1]);
  const left = reply.length - from;
  const ended = chunked ? text.endsWith("\r\n0\r\n\r\n") || text.slice(from) === "0\r\n\r\n" : left >= length;
  const whole = ended || left >= LONGEST_BODY || status === 204 || status === 304;
  return { status, headers, body: utf8(reply.subarray(from, from + LONGEST_BODY)), whole };
}

/** The first JSON object in a body; chunk sizes around it do not matter. */
export function jsonIn(body: string): { readonly [name: string]: unknown } | undefined {
  const [from, to] = [body.indexOf("{"), body.lastIndexOf("}")];
  if (from < 0 || to < from || from > 16) return undefined;
  try {
    const value: unknown = JSON.parse(body.slice(from, to + 1));
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** The text between the first title tags, blanks joined. */
export function titleIn(body: string): string | undefined {
  const lower = body.toLowerCase();
  const open = lower.indexOf("<title");
  const from = open < 0 ? -1 : lower.indexOf(">", open);
  if (from < 0) return undefined;
  const to = lower.indexOf("</title", from);
  const title = body.slice(from + 1, to < 0 ? from + 257 : Math.min(to, from + 257)).trim();
  return title === "" ? undefined : title.split(/\s+/).join(" ");
}
