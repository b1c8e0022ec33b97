import { createHash, X509Certificate } from "node:crypto";
import { printable } from "../../../platform/documents/index.ts";
import type { CertificateFacts } from "../../../model/index.ts";

const LONGEST_NAME = 200;
const MOST_NAMES = 64;
const CURVE_BITS: Readonly<Record<string, number>> = {
  prime256v1: 256,
  secp384r1: 384,
  secp521r1: 521,
  secp256k1: 256,
};

/** `CN=a, O=b` in the order of the certificate. */
const oneLine = (name: string | undefined): string => printable((name ?? "").split("\n").join(", "), LONGEST_NAME);

/** Undefined if it cannot be read: it comes from an untrusted peer. */
export function readCertificate(der: Uint8Array): CertificateFacts | undefined {
  if (der.length > 65_536) return undefined;
  try {
    const certificate = new X509Certificate(der);
    const [notBefore, notAfter] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
    if (Number.isNaN(notBefore) || Number.isNaN(notAfter)) return undefined;
    const key = certificate.publicKey;
    const bits = key.asymmetricKeyDetails?.modulusLength ?? CURVE_BITS[key.asymmetricKeyDetails?.namedCurve ?? ""];
    return {
      subject: oneLine(certificate.subject),
      issuer: oneLine(certificate.issuer),
      names: namesIn(certificate.subjectAltName ?? ""),
      notBefore,
      notAfter,
      keyType: key.asymmetricKeyType ?? "unknown",
      ...(bits === undefined ? {} : { keyBits: bits }),
      selfSigned: certificate.subject === certificate.issuer && certificate.verify(key),
      sha256: createHash("sha256").update(der).digest("hex"),
    };
  } catch {
    return undefined;
  }
}

function namesIn(alternative: string): readonly string[] {
  return alternative
    .slice(0, 16_384)
    .split(", ", MOST_NAMES)
    .map((name) => printable(name.replace(/^(DNS|IP Address):/, ""), LONGEST_NAME))
    .filter((name) => name !== "");
}
