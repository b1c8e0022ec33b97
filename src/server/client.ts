import {
  approvalResult,
  atResult,
  baselineResult,
  checkpointResult,
  diffResult,
  exposureResult,
  entriesResult,
  entryResult,
  findingResult,
  findingsResult,
  gapsResult,
  importResult,
  keyMadeResult,
  keyRevokedResult,
  keysResult,
  linkResult,
  sessionRevokedResult,
  sessionsResult,
  invitationResult,
  openFirst,
  proposalResult,
  resolvedResult,
  revocationResult,
  scopeResult,
  scopesResult,
  sensorsResult,
  statusResult,
  stopResult,
  sweepRecordResult,
  sweepsResult,
  userChangeResult,
  usersResult,
  verifyResult,
  type FindingView,
  type FindingsFilter,
  type Operations,
} from "../contract/index.ts";
import { Fault, formatInstant, type Instant } from "../model/index.ts";
import { createApiClient, type ApiConfig } from "./api-client.ts";
import { connectionFault } from "./answers.ts";
import { errorOfProblem } from "./problem.ts";
import { readSweepLines } from "./sweep-lines.ts";

/** The most that one page of findings may hold. */
const PAGE = 1_000;

/** The same operations, asked of a running server over its API. */
export function createRemote(config: ApiConfig): Operations {
  const api = createApiClient(config);

  async function allFindings(query: FindingsQuery): Promise<FindingView[]> {
    const all: FindingView[] = [];
    let after: string | undefined;
    do {
      const page = await api.call(findingsResult, "listFindings", { query: { ...query, after, limit: PAGE } });
      all.push(...page.findings);
      after = page.next;
    } while (after !== undefined);
    return all.sort(openFirst);
  }

  return {
    people: {
      users: () => api.call(usersResult, "listUsers", {}),
      firstAdminLink: () => api.call(linkResult, "makeFirstAdminLink", {}),
      invite: (body) => api.call(linkResult, "inviteUser", { body }),
      passwordLink: (id) => api.call(linkResult, "makePasswordLink", { path: { id } }),
      setRoles: (id, roles) =>
        api.call(userChangeResult, "setUserRoles", { path: { id }, body: { roles: [...roles] } }),
      setDisabled: (id, disabled) =>
        api.call(userChangeResult, disabled ? "disableUser" : "enableUser", { path: { id } }),
      keys: ({ all }) => api.call(keysResult, "listKeys", { query: { all: all ? "true" : undefined } }),
      makeKey: (body) => api.call(keyMadeResult, "makeKey", { body }),
      revokeKey: (id) => api.call(keyRevokedResult, "revokeKey", { path: { id } }),
      sessions: ({ all }) => api.call(sessionsResult, "listSessions", { query: { all: all ? "true" : undefined } }),
      revokeSession: (id) => api.call(sessionRevokedResult, "revokeSession", { path: { id } }),
    },
    status: () => api.call(statusResult, "getStatus", {}),
    at: ({ at, ...query }) => api.call(atResult, "getAt", { query: { at: formatInstant(at), ...query } }),
    exposure: ({ at, ...query }) =>
      api.call(exposureResult, "getExposure", { query: { at: formatInstant(at), ...query } }),
    diff: ({ from, to, ...query }) =>
      api.call(diffResult, "getDiff", { query: { from: formatInstant(from), to: formatInstant(to), ...query } }),
    gaps: ({ from, to, ...query }) =>
      api.call(gapsResult, "getGaps", { query: { from: formatInstant(from), to: formatInstant(to), ...query } }),
    async findings({ after, limit, ...filter }) {
      const query = findingsQueryOf(filter);
      if (limit !== undefined)
        return await api.call(findingsResult, "listFindings", { query: { ...query, after, limit } });
      return { schema: "portolan.findings/1", findings: await allFindings(query) };
    },
    async exportFindings({ format, mailFrom, mailTo, ...filter }) {
      const query = { ...findingsQueryOf(filter), format, mailFrom, mailTo: several(mailTo) };
      const response = await api.open("exportFindings", { query });
      const { headers } = response;
      return {
        fileName: /filename="([\w.-]+)"/.exec(headers.get("content-disposition") ?? "")?.[1] ?? `findings.${format}`,
        findings: Number(headers.get("portolan-findings")),
        open: Number(headers.get("portolan-open")),
        content: contentOf(response, config.url),
      };
    },
    finding: (path) => api.call(findingResult, "getFinding", { path }),
    sweeps: ({ kind, verdict, startedSince, startedUntil, ...query }) =>
      api.call(sweepsResult, "listSweeps", {
        query: {
          ...query,
          kind: several(kind),
          verdict: several(verdict),
          startedSince: textOf(startedSince),
          startedUntil: textOf(startedUntil),
        },
      }),
    sweepRecord: (path) => api.call(sweepRecordResult, "getSweep", { path }),
    entries: ({ type, recordedSince, recordedUntil, ...query }) =>
      api.call(entriesResult, "listEntries", {
        query: {
          ...query,
          type: several(type),
          recordedSince: textOf(recordedSince),
          recordedUntil: textOf(recordedUntil),
        },
      }),
    entry: (path) => api.call(entryResult, "getEntry", { path }),
    scopes: (query) => api.call(scopesResult, "listScopes", { query }),
    scope: ({ version }) =>
      version === undefined
        ? api.call(scopeResult, "getScope", {})
        : api.call(scopeResult, "getScopeVersion", { path: { version } }),
    resolved: () => api.call(resolvedResult, "getResolvedScope", {}),
    importFile: ({ targets, ...query }, content) =>
      api.call(importResult, "importFile", { query: { ...query, targets: [...targets] }, content }),
    baseline: () => api.call(baselineResult, "getBaseline", {}),
    proposeBaseline: () => api.call(proposalResult, "proposeBaseline", {}),
    approveBaseline: ({ document, file, approvedBy, onVersion, idempotencyKey }) =>
      api.call(approvalResult, "approveBaseline", {
        body: { document, file, approvedBy },
        headers: {
          "if-match": onVersion === undefined ? undefined : `"baseline-${onVersion}"`,
          "idempotency-key": idempotencyKey?.key,
        },
      }),
    verifyEvidence: () => api.call(verifyResult, "verifyEvidence", {}),
    checkpoint: () => api.call(checkpointResult, "signCheckpoint", {}),
    sensors: () => api.call(sensorsResult, "listSensors", {}),
    inviteSensor: (body) => api.call(invitationResult, "inviteSensor", { body }),
    revokeSensor: ({ name, ...body }) => api.call(revocationResult, "revokeSensor", { path: { name }, body }),

    async *backup() {
      yield* contentOf(await api.open("makeBackup", {}), config.url);
    },

    async sweep(wanted, hooks) {
      hooks.signal?.throwIfAborted();
      const response = await api.open("runSweep", { body: { ...wanted, targets: [...wanted.targets] } });
      let run: string | undefined;
      let asked = false;
      // A stop is asked for beside the stream, which stays open and ends with what was recorded.
      const askToStop = (): void => {
        if (run === undefined || asked) return;
        asked = true;
        api.call(stopResult, "stopSweep", { path: { id: run } }).catch(() => {
          // It ended by itself in the meantime, or the server went away: the stream says which.
        });
      };
      hooks.signal?.addEventListener("abort", askToStop);
      try {
        for await (const line of readSweepLines(response, config.url)) {
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
        place: config.url,
        next: "Run `portolan status`: the sweep is recorded as far as it came, or resumes at the next start.",
      });
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

type FindingsQuery = ReturnType<typeof findingsQueryOf>;

function findingsQueryOf({ status, kind, openedSince, openedUntil, ...query }: FindingsFilter) {
  return {
    ...query,
    status: several(status),
    kind: several(kind),
    openedSince: textOf(openedSince),
    openedUntil: textOf(openedUntil),
  };
}

function several<Value>(values: readonly Value[] | undefined): Value[] | undefined {
  return values === undefined ? undefined : [...values];
}

function textOf(at: Instant | undefined): string | undefined {
  return at === undefined ? undefined : formatInstant(at);
}
