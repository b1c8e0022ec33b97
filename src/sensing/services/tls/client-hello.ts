import { isIP } from "../address-form.ts";
import { bytes, u16 } from "../bytes.ts";
import type { TlsVersion } from "../../../model/index.ts";

export const WIRE_VERSIONS: Readonly<Record<TlsVersion, number>> = {
  SSLv3: 0x0300,
  "TLSv1.0": 0x0301,
  "TLSv1.1": 0x0302,
  "TLSv1.2": 0x0303,
  "TLSv1.3": 0x0304,
};

export interface ClientHello {
  /** The only version offered. */
  readonly version: TlsVersion;
  readonly suites: readonly number[];
  readonly host: string;
  /** 32 bytes. */
  readonly random: Uint8Array;
}

const extension = (type: number, body: Uint8Array): Uint8Array => bytes(u16(type), u16(body.length), body);
const list = (body: Uint8Array): Uint8Array => bytes(u16(body.length), body);

/**
 * One record with a ClientHello (RFC 8446, section 4.1.2; RFC 6101 for SSL 3.0, which has no extensions). For TLS 1.3
 * the list of key shares is empty: the server answers with a HelloRetryRequest, which names version and suite.
 */
export function clientHello({ version, suites, host, random }: ClientHello): Uint8Array {
  const wire = WIRE_VERSIONS[version];
  const legacy = Math.min(wire, 0x0303);
  const suiteList = list(bytes(...suites.map(u16), ...(version === "TLSv1.3" ? [] : [u16(0x00ff)])));
  const is13 = version === "TLSv1.3";
  const extensions =
    version === "SSLv3"
      ? new Uint8Array(0)
      : list(
          bytes(
            isIP(host) ? "" : extension(0, list(bytes(0, list(bytes(host.slice(0, 255)))))),
            extension(10, list(bytes(u16(29), u16(23), u16(24), u16(25)))),
            extension(11, bytes(1, 0)),
            extension(
              13,
              list(
                bytes(
                  ...[
                    0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0807, 0x0401, 0x0501, 0x0601, 0x0201, 0x0203,
                  ].map(u16),
                ),
              ),
            ),
            is13 ? extension(43, bytes(2, u16(wire))) : "",
            is13 ? extension(51, u16Bytes(0)) : "",
          ),
        );
  const sessionId = is13 ? bytes(32, random) : bytes(0);
  const body = bytes(u16(legacy), random, sessionId, suiteList, [1, 0], extensions);
  const message = bytes(1, 0, u16(body.length), body);
  return bytes(22, u16(version === "SSLv3" ? 0x0300 : 0x0301), u16(message.length), message);
}

const u16Bytes = (value: number): Uint8Array => bytes(u16(value));
