import {
  DECLARED,
  OPERATIONS,
  openFirst,
  type FindingView,
  type Operations,
  type OwnCalls,
} from "../contract/index.ts";
import { Fault } from "../model/index.ts";
import { createApiClient, type ApiClient, type ApiConfig } from "./api-client.ts";
import { connectionFault } from "./answers.ts";
import { errorOfProblem } from "./problem.ts";
import { readSweepLines } from "./sweep-lines.ts";

/** The most that one page of findings may hold. */
const PAGE = 1_000;

/** The same operations, asked of a running server over its API. */
export function createRemote(config: ApiConfig): Operations {
  const api = createApiClient(config);
  const own: Readonly<Record<string, object>> = ownCalls(api, config.url);
  const groups: Record<string, Record<string, unknown>> = {};
  for (const { subject, name, declaration } of DECLARED) {
    if (declaration.kind !== "call") continue;
    groups[subject] ??= {};
    groups[subject][name] = (request: Readonly<Record<string, never>> = {}) => api.call(declaration, request);
  }
  for (const [subject, calls] of Object.entries(own)) groups[subject] = { ...groups[subject], ...calls };
  return groups as unknown as Operations;
}

/** What is not one request and one JSON answer: streams, files, lists in pages, headers. */
function ownCalls(api: ApiClient, url: string): OwnCalls {
  return {
    findings: {
      async all(filter) {
        const all: FindingView[] = [];
        let after: string | undefined;
        do {
          const page = await api.call(OPERATIONS.findings.list, { ...filter, after, limit: PAGE });
          all.push(...page.findings);
          after = page.next;
        } while (after !== undefined);
        return { schema: "portolan.findings/1", findings: all.sort(openFirst) };
      },

      async export(request) {
        const response = await api.open(OPERATIONS.findings.export, request);
        const { headers } = response;
        const fileName = /filename="([\w.-]+)"/.exec(headers.get("content-disposition") ?? "")?.[1];
        return {
          fileName: fileName ?? `findings.${request.format}`,
          findings: Number(headers.get("portolan-findings")),
          open: Number(headers.get("portolan-open")),
          content: contentOf(response, url),
        };
      },
    },

    imports: { run: (request, content) => api.call(OPERATIONS.imports.run, request, { content }) },

    baseline: {
      approve: ({ onVersion, idempotencyKey, ...request }) =>
        api.call(OPERATIONS.baseline.approve, request, {
          headers: {
            "if-match": onVersion === undefined ? undefined : `"baseline-${onVersion}"`,
            "idempotency-key": idempotencyKey?.key,
          },
        }),
    },

    backup: {
      async *make() {
        yield* contentOf(await api.open(OPERATIONS.backup.make, {}), url);
      },
    },

    sweeps: {
      async run(wanted, hooks) {
        hooks.signal?.throwIfAborted();
        const response = await api.open(OPERATIONS.sweeps.run, wanted);
        let run: string | undefined;
        let asked = false;
        // A stop is asked for beside the stream, which stays open and ends with what was recorded.
        const askToStop = (): void => {
          if (run === undefined || asked) return;
          asked = true;
          api.call(OPERATIONS.sweeps.stop, { id: run }).catch(() => {
            // It ended by itself in the meantime, or the server went away: the stream says which.
          });
        };
        hooks.signal?.addEventListener("abort", askToStop);
        try {
          for await (const line of readSweepLines(response, url)) {
            switch (line.kind) {
              case "accepted":
                run = line.run;
                if (hooks.signal?.aborted === true) askToStop();
                break;
              case "progress":
                hooks.onProgress?.(line.progress);
                break;
              case "result":
                return line.result;
              case "error":
                throw errorOfProblem(line.problem);
            }
          }
        } finally {
          hooks.signal?.removeEventListener("abort", askToStop);
        }
        throw new Fault("interrupted", "The server ended the connection before the sweep's result.", {
          place: url,
          next: "Run `portolan status`: the sweep is recorded as far as it came, or resumes at the next start.",
        });
      },
    },
  };
}

async function* contentOf({ body }: Response, url: string): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  try {
    yield* body;
  } catch (error) {
    throw connectionFault(url, error);
  }
}
