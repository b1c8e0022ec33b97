import type { Duration } from "../../../model/index.ts";
import { GREETINGS, HELLOS } from "../protocols/index.ts";
import type { Hello, Parsed, Reading } from "../reading.ts";
import type { Conversation } from "./conversation.ts";

/** How long a peer gets to start talking and to answer. */
export interface Waits {
  /** On a port whose servers speak first. */
  readonly greeting: Duration;
  /** On any other port. */
  readonly quiet: Duration;
  /** For the reply to the hello of the port's own protocol. */
  readonly likely: Duration;
  /** For the reply to any other hello. */
  readonly guess: Duration;
}

/** A parsed reply, and its bytes. */
export interface Heard {
  readonly parsed: Exclude<Parsed, { kind: "other" | "more" }>;
  readonly reply: Uint8Array;
}

const MOST_QUESTIONS = 4;

type Known = Heard["parsed"];
const isKnown = (parsed: Parsed): parsed is Known => parsed.kind === "is" || parsed.kind === "ask";

/** The first result of `parsers`; "none" as soon as each of them rejects the reply. */
function firstOf(
  parsers: readonly ((reply: Uint8Array, last: boolean) => Parsed)[],
  reply: Uint8Array,
  last: boolean,
): Known | "none" | undefined {
  let mayBe = false;
  for (const parse of parsers) {
    const parsed = parse(reply, last);
    if (isKnown(parsed)) return parsed;
    mayBe ||= parsed.kind === "more";
  }
  return mayBe && !last ? undefined : "none";
}

const greetingParsers = GREETINGS.map(({ parse }) => parse);
const helloParsers = HELLOS.map(({ parse }) => parse);

/** Waits for a server's greeting. */
export async function hearGreeting(conversation: Conversation, wait: Duration): Promise<Heard | undefined> {
  const parsed = await conversation.hear(wait, (reply, last) =>
    reply.length === 0 ? undefined : firstOf(greetingParsers, reply, last),
  );
  return parsed === undefined || parsed === "none" ? undefined : { parsed, reply: Uint8Array.from(conversation.said) };
}

/** Sends a hello. A reply that does not belong to its protocol may still be the error message of another one. */
export async function sayHello(
  conversation: Conversation,
  hello: Hello,
  host: string,
  wait: Duration,
): Promise<Heard | undefined> {
  conversation.ask(hello.hello(host));
  const parsed = await conversation.hear(wait, (reply, last) => {
    if (reply.length === 0) return undefined;
    const own = firstOf([hello.parse], reply, last);
    return own === "none" ? firstOf([...greetingParsers, ...helloParsers], reply, last) : own;
  });
  return parsed === undefined || parsed === "none" ? undefined : { parsed, reply: Uint8Array.from(conversation.said) };
}

/** Sends the remaining requests of a known protocol. `redial` opens a new connection like this one. */
export async function askOn(
  first: Known,
  conversation: Conversation,
  redial: () => Promise<Conversation | undefined>,
  wait: Duration,
): Promise<Reading> {
  let parsed: Known = first;
  let current: Conversation | undefined = conversation;
  for (let questions = 0; parsed.kind === "ask" && questions < MOST_QUESTIONS; questions += 1) {
    const asking: Extract<Known, { kind: "ask" }> = parsed;
    if (asking.reconnect === true) {
      current.close();
      current = await redial();
    }
    if (current === undefined || current.ended) break;
    current.ask(asking.send);
    const next: Parsed | undefined = await current.hear(wait, (reply, last) => {
      const answer = asking.next(reply, last);
      return answer.kind === "more" && !last ? undefined : answer;
    });
    if (next === undefined || !isKnown(next)) break;
    parsed = next;
  }
  current?.close();
  return parsed.reading;
}
