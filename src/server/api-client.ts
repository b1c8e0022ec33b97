import type { z } from "zod";
import { connectionFault, problemError, versionFault } from "./answers.ts";
import { OPERATIONS, type Answers, type OperationId, type Requests } from "../../generated/api-operations.ts";
import { createSender } from "./send-request.ts";

export interface ApiConfig {
  /** Where the server listens, e.g. `http://127.0.0.1:4600`. */
  readonly url: string;
  readonly token: string;
  /** PEM of the certificate that the server has to have; absent: what the system trusts. */
  readonly certificate?: string | undefined;
  /** Milliseconds to wait for an answer; absent: as long as it takes. */
  readonly patience?: number | undefined;
}

type Request<Id extends OperationId> = Requests[Id] & {
  /** A body that is sent as it is read (application/octet-stream). */
  readonly content?: AsyncIterable<Uint8Array> | undefined;
};

/** Every operation of the document, by its id; its types are made from the document. */
export interface ApiClient {
  /**
   * Asks for a JSON answer. `schema` is what this version knows the answer as: one that does not fit it is a `conflict`
   * fault, a problem the fault it describes, no answer `store-unavailable`.
   */
  call<Id extends OperationId, Result extends Answers[Id]>(
    schema: z.ZodType<Result>,
    id: Id,
    request: Request<Id>,
  ): Promise<Result>;
  /** Asks, and gives the successful answer as soon as its headers are there. */
  open<Id extends OperationId>(id: Id, request: Request<Id>): Promise<Response>;
}

type Values = Readonly<Record<string, unknown>>;

interface AnyRequest {
  readonly path?: Values | undefined;
  readonly query?: Values | undefined;
  readonly headers?: Values | undefined;
  readonly body?: unknown;
  readonly content?: AsyncIterable<Uint8Array> | undefined;
}

export function createApiClient(config: ApiConfig): ApiClient {
  const transport = createSender(config.url, config.certificate);

  async function open(id: OperationId, request: AnyRequest): Promise<Response> {
    const { method, path } = OPERATIONS[id];
    const { headers, body, content } = request;
    let response: Response;
    try {
      response = await transport(pathOf(path, request), {
        method,
        signal: config.patience === undefined ? undefined : AbortSignal.timeout(config.patience),
        headers: {
          authorization: `Bearer ${config.token}`,
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

  return {
    open,
    async call(schema, id, request) {
      const response = await open(id, request);
      let value: unknown;
      try {
        value = await response.json();
      } catch (error) {
        throw connectionFault(config.url, error);
      }
      const parsed = schema.safeParse(value);
      if (!parsed.success) throw versionFault(config.url, parsed.error);
      return parsed.data;
    },
  };
}

function pathOf(template: string, { path, query }: AnyRequest): string {
  const filled = template.replace(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(textOf(path?.[name])));
  const params = new URLSearchParams();
  for (const [name, value] of given(query)) {
    for (const one of Array.isArray(value) ? value : [value]) params.append(name, textOf(one));
  }
  return params.size === 0 ? filled : `${filled}?${params.toString()}`;
}

function given(values: Values | undefined): [string, unknown][] {
  return Object.entries(values ?? {}).filter(([, value]) => value !== undefined);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
