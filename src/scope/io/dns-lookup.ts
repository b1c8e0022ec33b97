import { lookup as systemLookup } from "node:dns/promises";
import { Fault, type Duration } from "../../model/index.ts";
import { quoted } from "../../platform/documents/index.ts";
import type { Lookup } from "../resolve.ts";

/** The part of node:dns/promises that is used. */
type SystemLookup = (
  hostname: string,
  options: { all: true; verbatim: true },
) => Promise<readonly { readonly address: string }[]>;

/**
 * Name resolution as the rest of this machine does it (hosts file, DNS), all addresses of a name.
 *
 * @param timeout in milliseconds; the system's own resolver may take much longer to give up
 */
export function createDnsLookup({
  timeout = 5_000,
  resolve = systemLookup,
}: { timeout?: Duration; resolve?: SystemLookup } = {}): Lookup {
  return async (hostname) => {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(unresolved(`does not resolve: no answer within ${timeout} ms`)), timeout);
    });
    try {
      const answers = await Promise.race([resolve(hostname, { all: true, verbatim: true }), tooLate]);
      return [...new Set(answers.map(({ address }) => address))];
    } catch (cause) {
      if (cause instanceof Fault) throw cause;
      const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
      throw unresolved(REASONS[code] ?? `does not resolve: ${quoted(code, 40)}`, cause);
    } finally {
      clearTimeout(timer);
    }
  };
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: "does not resolve: no such name",
  EAI_AGAIN: "does not resolve: the name server does not answer",
  ENODATA: "does not resolve: the name has no address",
};

function unresolved(message: string, cause?: unknown): Fault {
  return new Fault("not-found", message, { next: "Check the name and this machine's name resolution.", cause });
}
