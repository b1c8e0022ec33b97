import type { TlsVersion } from "../../../model/index.ts";
import { cursor } from "../bytes.ts";
import { WIRE_VERSIONS } from "./client-hello.ts";

/**
 * A server's reply to a ClientHello: `hello` with what it chose, `refused` by an alert (RFC 8446, section 6), `more`
 * while it may still be either, `other` when it is not TLS.
 */
export type ServerAnswer =
  | { readonly kind: "hello"; readonly version: TlsVersion; readonly suite: number }
  | { readonly kind: "refused"; readonly alert: number }
  | { readonly kind: "more" }
  | { readonly kind: "other" };

const HANDSHAKE = 22;
const ALERT = 21;
const SUPPORTED_VERSIONS = 43;

const versionOf = (wire: number): TlsVersion | undefined =>
  (Object.keys(WIRE_VERSIONS) as TlsVersion[]).find((version) => WIRE_VERSIONS[version] === wire);

/** Reads the first record. A ServerHello that is split over records is not followed: no server does that. */
export function readServerHello(reply: Uint8Array, last: boolean): ServerAnswer {
  const more = last ? ({ kind: "other" } as const) : ({ kind: "more" } as const);
  const record = cursor(reply);
  const type = record.u8();
  const [major, minor] = [record.u8(), record.u8()];
  const length = record.u16();
  if (reply.length > 0 && type !== HANDSHAKE && type !== ALERT) return { kind: "other" };
  if (reply.length > 2 && (major !== 3 || minor > 4)) return { kind: "other" };
  if (record.short) return more;
  if (type === ALERT) {
    const [level, alert] = [record.u8(), record.u8()];
    if (record.short) return more;
    return length === 2 && (level === 1 || level === 2) ? { kind: "refused", alert } : { kind: "other" };
  }
  const handshake = record.u8();
  if (!record.short && handshake !== 2) return { kind: "other" };
  record.u8();
  const bodyLength = record.u16();
  const body = cursor(record.take(Math.min(bodyLength, length - 4)));
  if (record.short) return more;
  const legacy = body.u16();
  body.take(32);
  body.take(body.u8());
  const suite = body.u16();
  body.u8();
  if (body.short) return { kind: "other" };
  const version = versionOf(selectedVersion(body.left >= 2 ? body.take(body.u16()) : new Uint8Array(0)) ?? legacy);
  return version === undefined ? { kind: "other" } : { kind: "hello", version, suite };
}

function selectedVersion(extensions: Uint8Array): number | undefined {
  const read = cursor(extensions);
  while (read.left >= 4) {
    const type = read.u16();
    const body = cursor(read.take(read.u16()));
    if (type === SUPPORTED_VERSIONS) {
      const version = body.u16();
      return body.short ? undefined : version;
    }
  }
  return undefined;
}
