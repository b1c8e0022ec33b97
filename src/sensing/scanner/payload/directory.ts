import { integer, sequence, someInteger, text, tlv } from "./ber.ts";
import { type Payload, zeros } from "./bytes.ts";

const ENUMERATED = 0x0a;
const BOOLEAN = 0x01;

/** The root entry without any attribute, connectionless (RFC 4511, section 4.5.1; RFC 1798): the shortest answer there is. */
export const cldap: Payload = (random) => {
  const baseObject = integer(0, ENUMERATED);
  const neverDereference = integer(0, ENUMERATED);
  const present = tlv(0x87, "objectClass");
  const search = [text(""), baseObject, neverDereference, integer(0), integer(0), tlv(BOOLEAN, 0), present];
  return sequence(someInteger(random), tlv(0x63, ...search, sequence(text("1.1"))));
};

const REALM = "PORTOLAN.INVALID";
const generalString = (value: string): Uint8Array => tlv(0x1b, value);
const field = (number: number, content: Uint8Array): Uint8Array => tlv(0xa0 | number, content);
const principal = (type: number, ...names: readonly string[]): Uint8Array =>
  sequence(field(0, integer(type)), field(1, sequence(...names.map(generalString))));

/** AS-REQ for a realm that nobody serves: the answer is an error (RFC 4120, sections 5.4.1 and 5.9.1). */
export const kerberos: Payload = (random) => {
  const body = sequence(
    field(0, tlv(0x03, 0, zeros(4))),
    field(1, principal(1, "portolan")),
    field(2, generalString(REALM)),
    field(3, principal(2, "krbtgt", REALM)),
    field(5, tlv(0x18, "19700101000000Z")),
    field(7, someInteger(random)),
    field(8, sequence(integer(18), integer(17))),
  );
  return tlv(0x6a, sequence(field(1, integer(5)), field(2, integer(10)), field(4, body)));
};
