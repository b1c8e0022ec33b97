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

/** Most findings per page. */
const PAGE = 1_000;

/** The same operations, performed by a running server over its API. */
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

/** Operations that are not one request with one JSON response: streams, files, paged lists, headers. */
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
        return {
          fileName: fileNameIn(response) ?? `findings.${request.format}`,
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

    evidence: {
      async export(request) {
        const response = await api.open(OPERATIONS.evidence.export, request);
        return { fileName: fileNameIn(response) ?? "portolan-evidence.tar", content: contentOf(response, url) };
      },
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
        // The stop is a request of its own. The stream stays open and ends with the recorded result.
        const askToStop = (): void => {
          if (run === undefined || asked) return;
          asked = true;
          api.call(OPERATIONS.sweeps.stop, { id: run }).catch(() => {
            // The sweep has ended in the meantime, or the server is gone: the stream shows which.
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
          next: "Run `portolan status`: the sweep is recorded up to where it got, or it resumes at the next start.",
        });
      },
    },
  };
}

function fileNameIn({ headers }: Response): string | undefined {
  return /filename="([\w.-]+)"/.exec(headers.get("content-disposition") ?? "")?.[1];
}

async function* contentOf({ body }: Response, url: string): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  try {
    yield* body;
  } catch (error) {
    throw connectionFault(url, error);
  }
}
