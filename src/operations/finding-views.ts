import type { FindingView } from "../contract/index.ts";
import {
  addressesOf,
  isOpen,
  type DeviationSubject,
  type Endpoint,
  type Finding,
  type Instant,
} from "../model/index.ts";
import { hostSays } from "../record/exposure/index.ts";
import type { HostSocket, HostSockets } from "./host-sockets.ts";
import { findingView } from "./views.ts";

/**
 * Findings as the surfaces show them: an open one about a port with the processes that listen there, as far as its
 * machine reports them. Calls `machines` only if there is such a finding.
 */
export async function findingViews(
  findings: readonly Finding[],
  machines: () => Promise<readonly HostSockets[]>,
): Promise<FindingView[]> {
  if (!findings.some(isAboutOpenPort)) return findings.map(findingView);
  const known = await machines();
  return findings.map((finding) => {
    const processes = isAboutOpenPort(finding) ? processesBehind(finding, known) : [];
    return { ...findingView(finding), ...(processes.length === 0 ? {} : { processes }) };
  });
}

/** When the first episode of any of them began. */
export function firstOpened(findings: readonly Finding[]): Instant {
  return findings.reduce(
    (first, { openedAt, earlier }) => Math.min(first, earlier?.[0]?.openedAt ?? openedAt),
    Number.POSITIVE_INFINITY,
  );
}

function isAboutOpenPort(finding: Finding): boolean {
  const { about } = finding.subject;
  return isOpen(finding) && (about === "port" || about === "program") && finding.kind !== "expected-missing";
}

function processesBehind({ subject }: Finding, machines: readonly HostSockets[]): string[] {
  const named = endpointsOf(subject).flatMap((endpoint) => {
    const host = hostSays(endpoint, machines.find(({ addresses }) => addresses.has(endpoint.address))?.sockets);
    return host.says === "listening" ? host.sockets.flatMap(processText) : [];
  });
  return [...new Set(named)].sort();
}

function endpointsOf(subject: DeviationSubject): readonly Endpoint[] {
  if (subject.about === "program") return subject.endpoints;
  if (subject.about !== "port") return [];
  const { transport, port } = subject;
  return addressesOf(subject).map((address) => ({ address, transport, port }));
}

/** `sshd (root, ssh.service)`; empty where the process is not known. */
function processText({ process, user, unit, container }: HostSocket): string[] {
  if (process === undefined) return [];
  const about = [user, container === undefined ? unit : `container ${container}`].filter((each) => each !== undefined);
  return [about.length === 0 ? process : `${process} (${about.join(", ")})`];
}
