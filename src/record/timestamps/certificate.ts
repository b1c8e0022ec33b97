import type { X509Certificate } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import { Certificate } from "@peculiar/asn1-x509";

/** A year of timestamps carries the same few certificates thousands of times. */
const MOST_KEPT = 64;
const kept = new Map<string, Certificate>();

/** The structure of a certificate: what node:crypto does not tell of it. */
export function structureOf(certificate: X509Certificate): Certificate {
  const name = certificate.fingerprint256;
  const known = kept.get(name);
  if (known !== undefined) return known;
  const structure = AsnConvert.parse(certificate.raw, Certificate);
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(name, structure);
  return structure;
}
