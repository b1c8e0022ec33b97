import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { identityOf } from "./service-identity.ts";
import { shippedFingerprints } from "./io/fingerprint-files.ts";
import { GREETINGS, HELLOS } from "./protocols/index.ts";
import type { Parsed } from "./reading.ts";

/** Replies that scripts/record-replies.ts recorded from servers of Debian packages. */
interface Recorded {
  readonly server: string;
  readonly port: number;
  readonly identity: Readonly<Record<string, unknown>>;
  readonly exchanges: readonly { readonly sent: string; readonly reply: string }[];
}

const DIRECTORY = join(import.meta.dirname, "../../../test/fixtures/identify");
const HOST = "127.0.0.2";
const recordings = readdirSync(DIRECTORY).map((name): [string, Recorded] => [
  name,
  JSON.parse(readFileSync(join(DIRECTORY, name), "utf8")) as Recorded,
]);
const bytes = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, "base64"));

/** The first exchange that a parser knows: as a greeting, or as the reply to the hello that was sent. */
function recognize({ exchanges }: Recorded): { parsed: Parsed; at: number } | undefined {
  for (const [at, { sent, reply }] of exchanges.entries()) {
    const own = HELLOS.filter(({ hello }) => Buffer.from(hello(HOST)).toString("base64") === sent);
    for (const { parse } of [...own, ...GREETINGS, ...HELLOS]) {
      const parsed = parse(bytes(reply), true);
      if (parsed.kind === "is" || parsed.kind === "ask") return { parsed, at };
    }
  }
  return undefined;
}

describe("recorded replies of real servers", () => {
  it("are those of at least 40", () => {
    expect(recordings.length).toBeGreaterThanOrEqual(40);
  });

  it.each(recordings)("%s", (_, recorded) => {
    const recognized = recognize(recorded);
    let parsed = recognized?.parsed;
    const first = recorded.exchanges[recognized?.at ?? 0];
    for (let at = (recognized?.at ?? 0) + 1; parsed?.kind === "ask"; at += 1) {
      const exchange = recorded.exchanges[at];
      // A request that was not sent, or not in these bytes, has no recorded reply.
      if (exchange?.sent !== Buffer.from(parsed.send).toString("base64")) break;
      const next = parsed.next(bytes(exchange.reply), true);
      if (next.kind !== "is" && next.kind !== "ask") break;
      parsed = next;
    }
    if (parsed?.kind !== "is" && parsed?.kind !== "ask") throw new Error(`nothing about ${recorded.server} is known`);
    const { evidence, ...identity } = identityOf(parsed.reading, bytes(first?.reply ?? ""), shippedFingerprints());
    expect(identity).toEqual(recorded.identity);
    expect(evidence).not.toBe("");
  });
});
