import { ContentInfo } from "@peculiar/asn1-cms";
import { AsnIntegerArrayBufferConverter, AsnProp, AsnPropTypes, OctetString } from "@peculiar/asn1-schema";
import { AlgorithmIdentifier, Extension, GeneralName } from "@peculiar/asn1-x509";

type Member = Parameters<typeof AsnProp>[0];

/**
 * The structures of RFC 3161, section 2.4, in the terms of @peculiar/asn1-schema, whose classes for CMS and X.509 they are
 * made of. Each sequence lists its members in order.
 */
function sequence<T extends object>(type: new () => T, members: { readonly [Name in keyof T]-?: Member }): void {
  for (const [name, options] of Object.entries<Member>(members)) AsnProp(options)(type.prototype as T, name);
}

const integer = { type: AsnPropTypes.Integer } as const;
/** A whole number of any size, as its bytes. */
const longInteger = { ...integer, converter: AsnIntegerArrayBufferConverter } as const;
const objectIdentifier = { type: AsnPropTypes.ObjectIdentifier } as const;
const optional = { optional: true } as const;

export class MessageImprint {
  hashAlgorithm = new AlgorithmIdentifier();
  hashedMessage = new OctetString();
}
sequence(MessageImprint, { hashAlgorithm: { type: AlgorithmIdentifier }, hashedMessage: { type: OctetString } });

export class TimeStampReq {
  version = 1;
  messageImprint = new MessageImprint();
  reqPolicy?: string;
  nonce?: ArrayBuffer;
  certReq = false;
}
sequence(TimeStampReq, {
  version: integer,
  messageImprint: { type: MessageImprint },
  reqPolicy: { ...objectIdentifier, ...optional },
  nonce: { ...longInteger, ...optional },
  certReq: { type: AsnPropTypes.Boolean, defaultValue: false },
});

/** `granted` and `grantedWithMods` come with a timestamp, the others without. */
export const GRANTED: readonly number[] = [0, 1];

export class PKIStatusInfo {
  status = 0;
  statusString?: string[];
  failInfo?: ArrayBuffer;
}
sequence(PKIStatusInfo, {
  status: integer,
  statusString: { type: AsnPropTypes.Utf8String, repeated: "sequence", ...optional },
  failInfo: { type: AsnPropTypes.BitString, ...optional },
});

export class TimeStampResp {
  status = new PKIStatusInfo();
  timeStampToken?: ContentInfo;
}
sequence(TimeStampResp, { status: { type: PKIStatusInfo }, timeStampToken: { type: ContentInfo, ...optional } });

export const TST_INFO = "1.2.840.113549.1.9.16.1.4";

/** How exact the time is; nothing here depends on it. */
class Accuracy {
  seconds?: number;
  millis?: number;
  micros?: number;
}
sequence(Accuracy, {
  seconds: { ...integer, ...optional },
  millis: { ...integer, context: 0, implicit: true, ...optional },
  micros: { ...integer, context: 1, implicit: true, ...optional },
});

export class TSTInfo {
  version = 1;
  policy = "";
  messageImprint = new MessageImprint();
  serialNumber = new ArrayBuffer(0);
  genTime = new Date(Number.NaN);
  accuracy?: Accuracy;
  ordering = false;
  nonce?: ArrayBuffer;
  tsa?: GeneralName;
  extensions?: Extension[];
}
sequence(TSTInfo, {
  version: integer,
  policy: objectIdentifier,
  messageImprint: { type: MessageImprint },
  serialNumber: longInteger,
  genTime: { type: AsnPropTypes.GeneralizedTime },
  accuracy: { type: Accuracy, ...optional },
  ordering: { type: AsnPropTypes.Boolean, defaultValue: false },
  nonce: { ...longInteger, ...optional },
  tsa: { type: GeneralName, context: 0, ...optional },
  extensions: { type: Extension, repeated: "sequence", context: 1, implicit: true, ...optional },
});
