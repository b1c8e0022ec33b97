import type { Instant } from "./time.ts";

/**
 * `high`: the protocol's own reply was read and names the service; `medium`: a pattern matched its text, or the reply
 * only has the right form; `low`: a guess from little.
 */
export const CONFIDENCES = ["high", "medium", "low"] as const;
export type Confidence = (typeof CONFIDENCES)[number];

export const TLS_VERSIONS = ["SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const;
export type TlsVersion = (typeof TLS_VERSIONS)[number];

/** One certificate of the chain, verbatim; nothing in it was verified. Text is from outside, bounded and printable. */
export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  /** DNS names and addresses of the subject alternative name, at most 64. */
  readonly names: readonly string[];
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  /** `rsa`, `ec`, `ed25519`, … as OpenSSL names it. */
  readonly keyType: string;
  /** Bits of the modulus or of the curve; absent if the type has only one size. */
  readonly keyBits?: number | undefined;
  /** Signed with its own key. */
  readonly selfSigned: boolean;
  /** SHA-256 of the DER form, lower-case hex. */
  readonly sha256: string;
}

export interface TlsFacts {
  /** Versions for which a handshake of our own got a ServerHello, oldest first. */
  readonly versions: readonly TlsVersion[];
  /** Versions whose handshake got neither a ServerHello nor a refusal. */
  readonly undecided: readonly TlsVersion[];
  /** The suite that the server chose in each version, by its IANA name. */
  readonly suites: readonly { readonly version: TlsVersion; readonly suite: string }[];
  /**
   * Weak suites (no encryption, no authentication, export, RC4, 3DES) that it accepted; at most three are requested.
   */
  readonly weakSuites: readonly string[];
  /** Its choice of `h2` and `http/1.1` (RFC 7301). */
  readonly alpn?: string | undefined;
  /** Leaf first, at most eight. */
  readonly certificates: readonly CertificateFacts[];
}

/** The identified service of an endpoint. All text is from outside: bounded, without control characters. */
export interface ServiceIdentity {
  /** The protocol in lower case, named as IANA or its own documents do: `ssh`, `http`, `postgresql`. */
  readonly service: string;
  readonly product?: string | undefined;
  readonly version?: string | undefined;
  readonly confidence: Confidence;
  /**
   * The distribution that packaged the software, by its own report: the distribution's fixes do not show in the version
   * number.
   */
  readonly distribution?: string | undefined;
  /** `anonymous`: it serves without authentication, by the protocol's own handshake; `authenticated`: it refused to. */
  readonly access?: "anonymous" | "authenticated" | undefined;
  /** The first bytes of the reply that this rests on, at most 512, in base64. */
  readonly evidence: string;
  readonly tls?: TlsFacts | undefined;
}

/**
 * Whether two identifications show the same service. Parts that differ each time (a date, a nonce in the evidence) do
 * not count.
 */
export function isSameService(a: ServiceIdentity, b: ServiceIdentity): boolean {
  return serviceKey(a) === serviceKey(b);
}

function serviceKey({ service, product, version, distribution, access, tls }: ServiceIdentity): string {
  const secured = tls === undefined ? null : [tls.versions, tls.weakSuites, tls.alpn, tls.certificates[0]?.sha256];
  return JSON.stringify([service, product, version, distribution, access, secured]);
}

/** `http · nginx 1.22.1`, `redis · Redis 7.0.15, TLS, without authentication`. */
export function describeService({
  service,
  product,
  version,
  access,
  tls,
}: Pick<ServiceIdentity, "service" | "product" | "version" | "access"> & { readonly tls?: unknown }): string {
  const name = [product, version].filter((part) => part !== undefined).join(" ");
  const notes = [tls === undefined ? "" : "TLS", access === "anonymous" ? "without authentication" : ""];
  return [name === "" ? service : `${service} · ${name}`, ...notes.filter((note) => note !== "")].join(", ");
}
