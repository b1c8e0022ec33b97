import { printable } from "../../platform/documents/index.ts";
import type { ServiceIdentity, TlsFacts } from "../../model/index.ts";
import { distributionIn } from "./distribution.ts";
import type { Fingerprints } from "./fingerprint.ts";
import { kubeletIn } from "./kubelet.ts";
import type { Field, Reading } from "./reading.ts";

const EVIDENCE_BYTES = 512;
const LONGEST_NAME = 80;

/** Where a server names its distribution. Bodies and titles are its owner's text. */
const DISTRIBUTION_FIELDS: readonly Field[] = [
  "ssh.software",
  "smtp.banner",
  "ftp.banner",
  "imap.banner",
  "pop3.banner",
  "mysql.version",
  "telnet.banner",
  "dns.version",
  "http.server",
];

/** The stored and displayed form of a reading: everything bounded, without control characters. */
export function identityOf(
  read: Reading,
  reply: Uint8Array,
  fingerprints: Fingerprints,
  tls?: TlsFacts,
): ServiceIdentity {
  const reading = kubeletIn(fingerprints.describe(read), tls);
  const texts = DISTRIBUTION_FIELDS.map((field) => reading.fields?.[field] ?? "");
  const distribution = reading.distribution ?? distributionIn(texts.join(" "));
  const text = (value: string): string => printable(value.trim(), LONGEST_NAME);
  return {
    service: text(reading.service),
    ...(reading.product === undefined ? {} : { product: text(reading.product) }),
    ...(reading.version === undefined ? {} : { version: text(reading.version) }),
    confidence: reading.confidence,
    ...(distribution === undefined ? {} : { distribution }),
    ...(reading.access === undefined ? {} : { access: reading.access }),
    evidence: Buffer.from(reply.subarray(0, EVIDENCE_BYTES)).toString("base64"),
    ...(tls === undefined ? {} : { tls }),
  };
}
