import {
  TLS_VERSIONS,
  type CertificateFacts,
  type Duration,
  type TlsFacts,
  type TlsVersion,
} from "../../../model/index.ts";
import { readCertificate } from "../tls/certificate.ts";
import { clientHello } from "../tls/client-hello.ts";
import { readServerHello, type ServerAnswer } from "../tls/server-hello.ts";
import { suiteName, suitesFor, WEAK_SUITES } from "../tls/suites.ts";
import { dial, type Dialing } from "./connections.ts";
import type { Conversation } from "./conversation.ts";

const LONGEST_CHAIN = 8;
const WEAK_HANDSHAKES = 3;

export interface HandshakeDeps {
  /** That many random bytes. */
  readonly random: (length: number) => Uint8Array;
  readonly wait: Duration;
}

/** One ClientHello and its reply; undefined if there was none. The connection is left unchanged. */
export async function shakeHands(
  conversation: Conversation,
  host: string,
  version: TlsVersion,
  deps: HandshakeDeps,
  suites = suitesFor(version),
): Promise<ServerAnswer | undefined> {
  conversation.ask(clientHello({ version, suites, host, random: deps.random(32) }));
  const answer = await conversation.hear(deps.wait, (reply, last) => {
    if (reply.length === 0) return undefined;
    const read = readServerHello(reply, last);
    return read.kind === "more" ? undefined : read;
  });
  // Some servers refuse by closing without a reply.
  return answer ?? (conversation.ended && conversation.said.length === 0 ? { kind: "refused", alert: -1 } : undefined);
}

/** The versions and suites it supports, by a separate unfinished handshake for each version. */
export async function testVersions(
  dialing: Dialing,
  deps: HandshakeDeps,
): Promise<Pick<TlsFacts, "versions" | "undecided" | "suites" | "weakSuites">> {
  const shake = async (version: TlsVersion, offered?: readonly number[]): Promise<ServerAnswer | undefined> => {
    const conversation = await dial(dialing);
    if (conversation === undefined) return undefined;
    const answer = await shakeHands(conversation, dialing.host, version, deps, offered);
    conversation.close();
    return dialing.signal.aborted ? undefined : answer;
  };

  const versions: TlsVersion[] = [];
  const undecided: TlsVersion[] = [];
  const suites: { version: TlsVersion; suite: string }[] = [];
  for (const version of TLS_VERSIONS) {
    const answer = await shake(version);
    if (answer?.kind === "hello" && answer.version === version) {
      versions.push(version);
      suites.push({ version, suite: suiteName(answer.suite) });
    } else if (answer === undefined || answer.kind === "other") undecided.push(version);
  }

  const weakSuites: string[] = [];
  const legacy = versions.findLast((version) => version !== "TLSv1.3");
  let left = WEAK_SUITES;
  while (legacy !== undefined && weakSuites.length < WEAK_HANDSHAKES) {
    const answer = await shake(legacy, left);
    const accepted = answer?.kind === "hello" ? answer.suite : undefined;
    if (accepted === undefined || !left.includes(accepted)) break;
    weakSuites.push(suiteName(accepted));
    left = left.filter((suite) => suite !== accepted);
  }
  return { versions, undecided, suites, weakSuites };
}

interface Issued {
  readonly raw: Uint8Array;
  readonly issuerCertificate?: Issued;
}

/** Leaf first, as far as the server sent the chain. */
export function chainOf(leaf: Issued | undefined): readonly CertificateFacts[] {
  const chain: CertificateFacts[] = [];
  const seen = new Set<Issued>();
  for (let at = leaf; at?.raw !== undefined && !seen.has(at); at = at.issuerCertificate) {
    if (chain.length >= LONGEST_CHAIN) break;
    seen.add(at);
    const facts = readCertificate(at.raw);
    if (facts === undefined || chain.some(({ sha256 }) => sha256 === facts.sha256)) break;
    chain.push(facts);
  }
  return chain;
}
