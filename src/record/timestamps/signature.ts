import { constants, hash, verify, type X509Certificate } from "node:crypto";
import { Attribute, type SignerIdentifier, type SignerInfo } from "@peculiar/asn1-cms";
import { AsnArray, AsnConvert, AsnProp, AsnPropTypes, AsnType, AsnTypeTypes, OctetString } from "@peculiar/asn1-schema";
import { AlgorithmIdentifier, SubjectKeyIdentifier, id_ce_subjectKeyIdentifier } from "@peculiar/asn1-x509";
import { structureOf } from "./certificate.ts";

const DIGESTS: Readonly<Record<string, string>> = {
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
};

/** A signature algorithm, and the digest that it fixes; undefined: that of the signer. */
const ALGORITHMS: Readonly<Record<string, { readonly kind: "plain" | "pss" | "eddsa"; readonly digest?: string }>> = {
  "1.2.840.113549.1.1.1": { kind: "plain" },
  "1.2.840.113549.1.1.11": { kind: "plain", digest: "sha256" },
  "1.2.840.113549.1.1.12": { kind: "plain", digest: "sha384" },
  "1.2.840.113549.1.1.13": { kind: "plain", digest: "sha512" },
  "1.2.840.113549.1.1.10": { kind: "pss" },
  "1.2.840.10045.4.3.2": { kind: "plain", digest: "sha256" },
  "1.2.840.10045.4.3.3": { kind: "plain", digest: "sha384" },
  "1.2.840.10045.4.3.4": { kind: "plain", digest: "sha512" },
  "1.3.101.112": { kind: "eddsa" },
};

/** The name of a digest algorithm that is accepted; SHA-1 and MD5 are not. */
export function digestOf(algorithm: string): string | undefined {
  return DIGESTS[algorithm];
}

/** RFC 5652, section 5.4: the attributes are sent under a tag of their own, and signed as the SET that they are. */
class SignedAttributes extends AsnArray<Attribute> {}
AsnType({ type: AsnTypeTypes.Set, itemType: Attribute })(SignedAttributes);

/** Whether the signature over the signed attributes is that of the certificate's key. */
export function isSigned(
  { signedAttrs = [], signatureAlgorithm, signature }: SignerInfo,
  digest: string,
  { publicKey }: X509Certificate,
): "good" | "bad" | "unknown" {
  const algorithm = ALGORITHMS[signatureAlgorithm.algorithm];
  if (algorithm === undefined) return "unknown";
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO };
  const key = algorithm.kind === "pss" ? { key: publicKey, ...padding } : publicKey;
  const name = algorithm.kind === "eddsa" ? null : (algorithm.digest ?? digest);
  const attributes = new Uint8Array(AsnConvert.serialize(new SignedAttributes(signedAttrs)));
  return verify(name, attributes, key, Buffer.from(signature.buffer)) ? "good" : "bad";
}

/** Whether a signer's identifier means this certificate: by issuer and serial number, or by its key. */
export function namesCertificate(sid: SignerIdentifier, certificate: X509Certificate): boolean {
  const { serialNumber, issuer, extensions } = structureOf(certificate).tbsCertificate;
  if (sid.issuerAndSerialNumber !== undefined) {
    const { issuer: named, serialNumber: numbered } = sid.issuerAndSerialNumber;
    return same(numbered, serialNumber) && same(AsnConvert.serialize(named), AsnConvert.serialize(issuer));
  }
  const extension = extensions?.find(({ extnID }) => extnID === id_ce_subjectKeyIdentifier);
  if (extension === undefined || sid.subjectKeyIdentifier === undefined) return false;
  return same(AsnConvert.parse(extension.extnValue, SubjectKeyIdentifier).buffer, sid.subjectKeyIdentifier.buffer);
}

/** RFC 2634, section 5.4.1, and RFC 5035: the hash of the certificate that a signature is by. */
class CertificateId {
  hashAlgorithm?: AlgorithmIdentifier;
  certHash = new OctetString();
  issuerSerial?: ArrayBuffer;
}
AsnProp({ type: AlgorithmIdentifier, optional: true })(CertificateId.prototype, "hashAlgorithm");
AsnProp({ type: OctetString })(CertificateId.prototype, "certHash");
AsnProp({ type: AsnPropTypes.Any, optional: true })(CertificateId.prototype, "issuerSerial");

class SigningCertificate {
  certs: CertificateId[] = [];
  policies?: ArrayBuffer;
}
AsnProp({ type: CertificateId, repeated: "sequence" })(SigningCertificate.prototype, "certs");
AsnProp({ type: AsnPropTypes.Any, optional: true })(SigningCertificate.prototype, "policies");

const SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12";
const SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";

/** Whether the signed attributes name this certificate (RFC 3161, section 2.4.2, and RFC 5816). */
export function isNamed(certificate: X509Certificate, valuesOf: (type: string) => readonly ArrayBuffer[]): boolean {
  const [second] = valuesOf(SIGNING_CERTIFICATE_V2);
  const [first] = valuesOf(SIGNING_CERTIFICATE);
  const value = second ?? first;
  const [named] = value === undefined ? [] : AsnConvert.parse(value, SigningCertificate).certs;
  if (named === undefined) return false;
  const stated = named.hashAlgorithm === undefined ? "sha256" : digestOf(named.hashAlgorithm.algorithm);
  const digest = second === undefined ? "sha1" : stated;
  return digest !== undefined && same(named.certHash.buffer, hash(digest, certificate.raw, "buffer"));
}

export function same(a: ArrayBuffer | Uint8Array, b: ArrayBuffer | Uint8Array): boolean {
  const [left, right] = [a, b].map((bytes) => Buffer.from(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes)));
  return left !== undefined && right !== undefined && left.equals(right);
}
