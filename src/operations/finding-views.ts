import type { FindingView } from "../contract/index.ts";
import { addressesOf, isOpen, type Finding } from "../model/index.ts";
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

function isAboutOpenPort(finding: Finding): boolean {
  return isOpen(finding) && finding.subject.about === "port" && finding.kind !== "expected-missing";
}

function processesBehind({ subject }: Finding, machines: readonly HostSockets[]): string[] {
  if (subject.about !== "port") return [];
  const { transport, port } = subject;
  const named = addressesOf(subject).flatMap((address) => {
    const host = hostSays(
      { address, transport, port },
      machines.find(({ addresses }) => addresses.has(address))?.sockets,
    );
    return host.says === "listening" ? host.sockets.flatMap(processText) : [];
  });
  return [...new Set(named)].sort();
}

/** `sshd (root, ssh.service)`; empty where the process is not known. */
function processText({ process, user, unit, container }: HostSocket): string[] {
  if (process === undefined) return [];
  const about = [user, container === undefined ? unit : `container ${container}`].filter((each) => each !== undefined);
  return [about.length === 0 ? process : `${process} (${about.join(", ")})`];
}
