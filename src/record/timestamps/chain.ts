import { X509Certificate } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import {
  BasicConstraints,
  ExtendedKeyUsage,
  id_ce_basicConstraints,
  id_ce_certificatePolicies,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_kp_timeStamping,
} from "@peculiar/asn1-x509";
import type { Instant } from "../../model/index.ts";
import { quoted } from "@portolan/verifier";
import { structureOf } from "./certificate.ts";

/** A path from the certificate that signed a timestamp to a configured authority, or the reason why there is none. */
export type Chain =
  { readonly outcome: "trusted"; readonly until: Instant } | { readonly outcome: "refused"; readonly problem: string };

const LONGEST = 6;
/** Extensions whose meaning is checked here or by OpenSSL's comparison of issuer and subject. */
const EVALUATED = new Set([
  id_ce_basicConstraints,
  id_ce_keyUsage,
  id_ce_extKeyUsage,
  // Limits the policies of certificates, not those of timestamps.
  id_ce_certificatePolicies,
]);

/** The certificates of a PEM file, in its order; undefined if it has something else between the markers. */
export function certificatesIn(pem: string): X509Certificate[] | undefined {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return undefined;
  }
}

/** The reason why a certificate must not sign timestamps; RFC 3161, section 2.3: this one purpose, and critical. */
export function unfitSigner(certificate: X509Certificate): string | undefined {
  const extension = structureOf(certificate).tbsCertificate.extensions?.find(
    ({ extnID }) => extnID === id_ce_extKeyUsage,
  );
  const usage = extension === undefined ? [] : AsnConvert.parse(extension.extnValue, ExtendedKeyUsage);
  if (!usage.includes(id_kp_timeStamping)) return "is not a certificate for timestamps (no extended key usage)";
  if (usage.length > 1) return "serves other purposes beside timestamps (extended key usage)";
  return extension?.critical === true ? undefined : "does not mark its extended key usage as critical";
}

/**
 * A path from `signer` over `others`, certificates that came with the timestamp, to one of the `authorities`. All of
 * them have to be valid at `at`; `until` is the end of the one that ends first. Revocation is not checked.
 */
export function chainTo(
  signer: X509Certificate,
  others: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
  at: Instant,
): Chain {
  const refused = (problem: string): Chain => ({ outcome: "refused", problem });
  let problem: string | undefined;
  const follow = (path: readonly X509Certificate[]): Chain => {
    const last = path.at(-1) ?? signer;
    const unusable = unusableAt(last, at, path.length - 2);
    if (unusable !== undefined) return refused((problem ??= `${nameOf(last)} ${unusable}`));
    const until = Math.min(...path.map(({ validToDate }) => validToDate.getTime()));
    if (authorities.some((authority) => authority.raw.equals(last.raw))) return { outcome: "trusted", until };
    if (path.length >= LONGEST) return refused("the chain of certificates is too long");
    for (const issuer of [...authorities, ...others]) {
      if (path.some((earlier) => earlier.raw.equals(issuer.raw))) continue;
      if (!last.checkIssued(issuer) || !last.verify(issuer.publicKey)) continue;
      const chain = follow([...path, issuer]);
      if (chain.outcome === "trusted") return chain;
    }
    return refused(problem ?? `${nameOf(last)} was not issued by the configured authority`);
  };
  return follow([signer]);
}

/** `below`: how many other authorities stand between this certificate and the signer; negative: it is the signer. */
function unusableAt(certificate: X509Certificate, at: Instant, below: number): string | undefined {
  if (at < certificate.validFromDate.getTime()) return "was not valid yet";
  if (at > certificate.validToDate.getTime()) return `had expired (${certificate.validToDate.toISOString()})`;
  const { extensions = [] } = structureOf(certificate).tbsCertificate;
  const unknown = extensions.find(({ extnID, critical }) => critical && !EVALUATED.has(extnID));
  if (unknown !== undefined) return `has a critical extension that is not evaluated (${unknown.extnID})`;
  if (below < 0) return undefined;
  if (!certificate.ca) return "is not a certificate authority";
  const limits = extensions.find(({ extnID }) => extnID === id_ce_basicConstraints);
  const most =
    limits === undefined ? undefined : AsnConvert.parse(limits.extnValue, BasicConstraints).pathLenConstraint;
  return most !== undefined && below > most ? "must not have so many authorities below it" : undefined;
}

/** The common name of a certificate, or its whole subject: bounded, printable ASCII. */
export function nameOf({ subject }: X509Certificate): string {
  const common = /(?:^|\n)CN=([^\n]+)/.exec(subject)?.[1];
  return quoted(common ?? subject.replaceAll("\n", ", ")).slice(1, -1);
}
