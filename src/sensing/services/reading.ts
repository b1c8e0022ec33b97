import type { ServiceIdentity } from "../../model/index.ts";

/** Texts that a reply carries and the fingerprints are matched against. Each names one place of one protocol. */
export const FIELDS = [
  "ssh.software",
  "smtp.banner",
  "ftp.banner",
  "imap.banner",
  "pop3.banner",
  "mysql.version",
  "telnet.banner",
  "dns.version",
  "http.via",
  "http.server",
  "http.powered-by",
  "http.title",
  "http.realm",
  "http.header",
  "http.body",
  "ldap.root",
  "x11.vendor",
  "amqp.product",
  "mqtt.version",
  "irc.reply",
  "text.banner",
] as const;
export type Field = (typeof FIELDS)[number];

/** The result of parsing a reply; the fingerprints add to it. */
export interface Reading extends Pick<
  ServiceIdentity,
  "service" | "product" | "version" | "confidence" | "distribution" | "access"
> {
  readonly fields?: Readonly<Partial<Record<Field, string>>> | undefined;
}

/**
 * - `other`: not this protocol
 * - `more`: it may be, and is not whole yet; never the answer to a last reply
 * - `is`: it is
 * - `ask`: it is, and one more request would reveal more. `next` answering `other` leaves `reading` unchanged
 */
export type Parsed =
  | { readonly kind: "other" }
  | { readonly kind: "more" }
  | { readonly kind: "is"; readonly reading: Reading }
  | {
      readonly kind: "ask";
      readonly reading: Reading;
      readonly send: Uint8Array;
      /** On a new connection: the server ends, or may not understand a second question on this one. */
      readonly reconnect?: true;
      readonly next: Parse;
    };

/** `reply` is everything since the last request; `last`: nothing will follow. Pure, total: any bytes, never throws. */
export type Parse = (reply: Uint8Array, last: boolean) => Parsed;

/** A protocol whose server speaks first. */
export interface Greeting {
  readonly name: string;
  readonly ports: readonly number[];
  readonly parse: Parse;
}

/** A protocol whose client speaks first, with its hello. */
export interface Hello extends Greeting {
  hello(host: string): Uint8Array;
  /** Whether this hello is sent to ports without a registered protocol, and how early: 0 is the first. */
  readonly general?: number;
}

export const OTHER: Parsed = { kind: "other" };
const MORE: Parsed = { kind: "more" };

export const is = (reading: Reading): Parsed => ({ kind: "is", reading });

/** The result for a reply that is correct so far, but incomplete. */
export const short = (last: boolean): Parsed => (last ? OTHER : MORE);
