import { APIError } from "better-auth";
import type { Caller, Reply } from "../../contract/index.ts";
import { ADDRESS_HEADER } from "./auth.ts";
import type { Act } from "./events-of-changes.ts";
import type { RecordedAdapter } from "./recorded-adapter.ts";

/** A refusal of better-auth, by its code; never its message, which may quote the attempted input. */
export interface Refused {
  readonly status: number;
  readonly code: string;
}

export type Asked<T> =
  { readonly kind: "done"; readonly reply: Reply<T> } | { readonly kind: "refused"; readonly why: Refused };

/** Only the parts of a request that better-auth needs: nothing else from the client reaches it. */
export function headersOf(caller: Caller): Headers {
  const headers = new Headers({ "user-agent": caller.agent.slice(0, 300), [ADDRESS_HEADER]: caller.address });
  if (caller.cookie !== undefined) headers.set("cookie", caller.cookie);
  if (caller.origin !== undefined) headers.set("origin", caller.origin);
  return headers;
}

/** Calls a function of better-auth as an act of this caller, and returns its cookies. */
export async function ask<T>(
  recorded: RecordedAdapter,
  act: Act,
  caller: Caller,
  call: (headers: Headers) => Promise<{ headers: Headers | null | undefined; response: T }>,
): Promise<Asked<T>> {
  try {
    const { headers, response } = await recorded.during(act, () => call(headersOf(caller)));
    return { kind: "done", reply: { value: response, cookies: headers?.getSetCookie() ?? [] } };
  } catch (error) {
    if (!(error instanceof APIError) || error.statusCode >= 500) throw error;
    return { kind: "refused", why: { status: error.statusCode, code: error.body?.code ?? "REFUSED" } };
  }
}
