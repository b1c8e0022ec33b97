import type { z } from "zod";
import { instantFields, type Declaration, type RequestOf } from "../contract/index.ts";
import { formatInstant } from "../model/index.ts";
import { connectionFault, problemError, versionFault } from "./answers.ts";
import { headersOfPerson } from "./person-session.ts";
import { createSender } from "./send-request.ts";

export interface ApiConfig {
  /** Where the server listens, e.g. `http://127.0.0.1:4600`. */
  readonly url: string;
  /** The token of the machine or a key, or the cookie of a person who signed in. */
  readonly token: string | { readonly cookie: string };
  /** PEM of the certificate that the server must have; absent: any that the system trusts. */
  readonly certificate?: string | undefined;
  /** Milliseconds to wait for a response; absent: no limit. */
  readonly patience?: number | undefined;
  /** Called when a request is sent; what it returns is called when its answer was read, or it failed. */
  readonly onSent?: (() => () => void) | undefined;
}

type Values = Readonly<Record<string, unknown>>;

/** Parts sent in addition to the request's own fields. */
interface Besides {
  readonly headers?: Values | undefined;
  /** A body that is streamed while it is read (application/octet-stream). */
  readonly content?: AsyncIterable<Uint8Array> | undefined;
}

/** Sends declared operations to a server. */
export interface ApiClient {
  /**
   * Returns the JSON response. Throws a `conflict` fault if it does not match this version's schema, the described
   * fault if it is a problem, and `store-unavailable` if the server does not respond.
   */
  call<Declared extends Declaration & { readonly result?: z.ZodType }>(
    declared: Declared,
    request: RequestOf<Declared>,
    besides?: Besides,
  ): Promise<z.output<NonNullable<Declared["result"]>>>;
  /** Returns a successful response as soon as its headers arrive. */
  open<Declared extends Declaration>(
    declared: Declared,
    request: RequestOf<Declared>,
    besides?: Besides,
  ): Promise<Response>;
}

export function createApiClient(config: ApiConfig): ApiClient {
  const transport = createSender(config.url, config.certificate);

  async function open(declared: Declaration, request: Values, { headers, content }: Besides = {}): Promise<Response> {
    const body = declared.body === undefined ? undefined : fieldsOf(declared.body, request);
    let response: Response;
    try {
      response = await transport(pathOf(declared, request), {
        method: declared.method,
        signal: config.patience === undefined ? undefined : AbortSignal.timeout(config.patience),
        headers: {
          ...(typeof config.token === "string"
            ? { authorization: `Bearer ${config.token}` }
            : headersOfPerson({ url: config.url, cookie: config.token.cookie })),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...(content === undefined ? {} : { "content-type": "application/octet-stream" }),
          ...Object.fromEntries(given(headers).map(([name, value]) => [name, textOf(value)])),
        },
        body: body === undefined ? content : JSON.stringify(body),
      });
    } catch (error) {
      throw connectionFault(config.url, error);
    }
    if (!response.ok) throw await problemError(response, config.url);
    return response;
  }

  async function call(declared: Declaration, request: Values, besides?: Besides): Promise<unknown> {
    // A body that is sent while it is read reports its own progress.
    const ended = besides?.content === undefined ? config.onSent?.() : undefined;
    let value: unknown;
    try {
      const response = await open(declared, request, besides);
      value = await response.json().catch((error: unknown) => {
        throw connectionFault(config.url, error);
      });
    } finally {
      ended?.();
    }
    const parsed = declared.result?.safeParse(value);
    if (parsed?.success !== true) throw versionFault(config.url, parsed?.error);
    return parsed.data;
  }

  return { open, call: call as ApiClient["call"] };
}

function pathOf({ path, params, query }: Declaration, request: Values): string {
  const parts = params === undefined ? {} : fieldsOf(params, request);
  const filled = path.replace(/:(\w+)/g, (_whole, name: string) => encodeURIComponent(textOf(parts[name])));
  const search = new URLSearchParams();
  for (const [name, value] of given(query === undefined ? {} : fieldsOf(query, request))) {
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, textOf(one));
  }
  return search.size === 0 ? filled : `${filled}?${search.toString()}`;
}

/** The request's fields that belong to this part, with instants formatted as text. */
function fieldsOf(part: z.ZodObject, request: Values): Record<string, unknown> {
  const instants = instantFields(part);
  const fields = Object.keys(part.shape).map((name) => {
    const value = request[name];
    return [name, typeof value === "number" && instants.has(name) ? formatInstant(value) : value] as const;
  });
  return Object.fromEntries(fields);
}

function given(values: Values | undefined): [string, unknown][] {
  return Object.entries(values ?? {}).filter(([, value]) => value !== undefined);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
