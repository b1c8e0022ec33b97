import { hash } from "node:crypto";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import { AlgorithmIdentifier } from "@peculiar/asn1-x509";
import { TimeStampReq } from "./asn1.ts";

export const SHA256_OID = "2.16.840.1.101.3.4.2.1";

/**
 * The bytes that a timestamp is of: SHA-256 over the UTF-8 of the checkpoint's signed note, as it is stored, its
 * signature line and last newline included. Cosignatures are not part of it.
 */
export function imprintOf(note: string): Uint8Array {
  return hash("sha256", note, "buffer");
}

/** The DER of a request (RFC 3161, section 2.4.1) for a timestamp with the authority's certificate in it. */
export function timestampRequest(asked: {
  readonly imprint: Uint8Array;
  /** Random: it ties the response to this request. */
  readonly nonce: Uint8Array;
  readonly policy?: string | undefined;
}): Uint8Array {
  const request = new TimeStampReq();
  request.messageImprint.hashAlgorithm = new AlgorithmIdentifier({ algorithm: SHA256_OID, parameters: null });
  request.messageImprint.hashedMessage = new OctetString(asked.imprint);
  request.nonce = Uint8Array.from(positive(asked.nonce)).buffer;
  request.certReq = true;
  if (asked.policy !== undefined) request.reqPolicy = asked.policy;
  return new Uint8Array(AsnConvert.serialize(request));
}

/** The content of a DER INTEGER that is not negative: no leading zero but the one before a first bit that is set. */
export function positive(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  const value = first === -1 ? Uint8Array.of(0) : bytes.slice(first);
  return (value[0] ?? 0) >= 0x80 ? Uint8Array.of(0, ...value) : value;
}
