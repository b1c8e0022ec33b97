import { X509Certificate, hash } from "node:crypto";
import { SignedData, id_signedData, type ContentInfo, type SignerInfo } from "@peculiar/asn1-cms";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import type { Instant } from "../../model/index.ts";
import { quoted } from "@portolan/verifier";
import { GRANTED, TST_INFO, TSTInfo, TimeStampResp } from "./asn1.ts";
import { chainTo, nameOf, unfitSigner } from "./chain.ts";
import { SHA256_OID, positive } from "./request.ts";
import { digestOf, isNamed, isSigned, namesCertificate, same } from "./signature.ts";

/** The statement of a timestamp that holds. */
export interface Timestamp {
  /** When the authority had the checkpoint, by its own clock. */
  readonly at: Instant;
  /** The name in its certificate. */
  readonly authority: string;
  /** Under which of its policies: an object identifier. */
  readonly policy: string;
  /** Serial number of the timestamp at the authority, in hex. */
  readonly serial: string;
  /** The end of the certificate in its chain that ends first. */
  readonly until: Instant;
  /** Whether the chain leads to a configured authority; false: none is configured, and the chain was not checked. */
  readonly trusted: boolean;
}

export type TimestampCheck =
  | { readonly outcome: "holds"; readonly timestamp: Timestamp }
  | { readonly outcome: "refused"; readonly problem: string };

export interface Expected {
  readonly imprint: Uint8Array;
  /** That of the request; absent: for a stored response, whose request was answered long ago. */
  readonly nonce?: Uint8Array | undefined;
  readonly policy?: string | undefined;
  /** Certificates of the authorities that are trusted; empty: none is configured. */
  readonly authorities: readonly X509Certificate[];
}

const CONTENT_TYPE = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
/** DER of the object identifier of {@link TST_INFO}. */
const TST_INFO_TYPE = Buffer.from("060b2a864886f70d0109100104", "hex");

class Refusal extends Error {}

function refuse(problem: string): never {
  throw new Refusal(problem);
}

/** Checks the DER of a response to a timestamp request (RFC 3161, section 2.4.2). Never throws. */
export function checkTimestamp(der: Uint8Array, expected: Expected): TimestampCheck {
  try {
    return { outcome: "holds", timestamp: check(der, expected) };
  } catch (error) {
    if (error instanceof Refusal) return { outcome: "refused", problem: error.message };
    // The parser's own errors quote what it met, which is the authority's text.
    return { outcome: "refused", problem: "it is not a timestamp response (RFC 3161)" };
  }
}

function check(der: Uint8Array, { imprint, nonce, policy, authorities }: Expected): Timestamp {
  const { status, timeStampToken } = AsnConvert.parse(der, TimeStampResp);
  if (!GRANTED.includes(status.status)) {
    const words = [...(status.statusString ?? [])].join(" ");
    refuse(`the authority refused: status ${status.status}${words === "" ? "" : ` ${quoted(words)}`}`);
  }
  const token: ContentInfo = timeStampToken ?? refuse("it grants a timestamp and has none");
  if (token.contentType !== id_signedData) refuse("its token is not signed data");
  const signed = AsnConvert.parse(token.content, SignedData);
  const content = signed.encapContentInfo.eContent?.single?.buffer;
  if (signed.encapContentInfo.eContentType !== TST_INFO || content === undefined)
    refuse("its token does not hold a timestamp");
  const info = AsnConvert.parse(content, TSTInfo);

  const { hashAlgorithm, hashedMessage } = info.messageImprint;
  if (hashAlgorithm.algorithm !== SHA256_OID || !same(hashedMessage.buffer, imprint))
    refuse("it is of something else than this checkpoint (imprint)");
  if (nonce !== undefined && (info.nonce === undefined || !same(info.nonce, positive(nonce))))
    refuse("it answers another request (nonce)");
  if (policy !== undefined && info.policy !== policy)
    refuse(`it was made under policy ${quoted(info.policy)}, and ${policy} is configured`);

  const certificates = [...(signed.certificates ?? [])].flatMap(({ certificate }) =>
    certificate === undefined ? [] : [new X509Certificate(Buffer.from(AsnConvert.serialize(certificate)))],
  );
  const [signer, ...more] = [...signed.signerInfos];
  if (signer === undefined || more.length > 0) refuse("it has not exactly one signature");
  const certificate =
    certificates.find((each) => namesCertificate(signer.sid, each)) ??
    refuse("the certificate that signed it is missing");
  checkSignature(signer, content, certificate);

  const unfit = unfitSigner(certificate);
  if (unfit !== undefined) refuse(`${nameOf(certificate)} ${unfit}`);
  const at = info.genTime.getTime();
  const [from, to] = [certificate.validFromDate.getTime(), certificate.validToDate.getTime()];
  if (at < from || at > to) refuse(`the certificate of ${nameOf(certificate)} was not valid at the time it states`);
  const chain = authorities.length === 0 ? undefined : chainTo(certificate, certificates, authorities, at);
  if (chain?.outcome === "refused") refuse(chain.problem);
  return {
    at,
    authority: nameOf(certificate),
    policy: info.policy,
    serial: Buffer.from(info.serialNumber).toString("hex"),
    until: chain?.until ?? to,
    trusted: chain !== undefined,
  };
}

/** RFC 5652, section 5.4: the signature is over the attributes, and those name the content and the certificate. */
function checkSignature(signer: SignerInfo, content: ArrayBuffer, certificate: X509Certificate): void {
  const { signedAttrs = [], digestAlgorithm } = signer;
  if (signedAttrs.length === 0) refuse("it has no signed attributes");
  const digest =
    digestOf(digestAlgorithm.algorithm) ?? refuse(`its digest ${digestAlgorithm.algorithm} is not accepted`);
  const valuesOf = (type: string): readonly ArrayBuffer[] =>
    signedAttrs.filter(({ attrType }) => attrType === type).flatMap(({ attrValues }) => attrValues);
  const [stated, ...others] = valuesOf(MESSAGE_DIGEST);
  if (stated === undefined || others.length > 0) refuse("it does not state one digest of its content");
  if (!same(AsnConvert.parse(stated, OctetString).buffer, hash(digest, Buffer.from(content), "buffer")))
    refuse("its content is not what was signed");
  const [type] = valuesOf(CONTENT_TYPE);
  if (type === undefined || !same(type, TST_INFO_TYPE)) refuse("its signature is of another kind of content");
  if (!isNamed(certificate, valuesOf)) refuse("its signature names another certificate than the one it came with");
  const outcome = isSigned(signer, digest, certificate);
  if (outcome === "unknown") refuse(`its signature algorithm ${signer.signatureAlgorithm.algorithm} is not accepted`);
  if (outcome === "bad") refuse("its signature is not that of its certificate");
}
