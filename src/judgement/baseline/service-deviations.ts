import { portSubject, type Deviation } from "../../model/index.ts";
import type { Authorizer, HostAuthorizations } from "./authorize.ts";
import { answersOnMany, endpointOf, type CompareInput, type ComparedHost, type PortOf } from "./compared.ts";
import { isUndeclared } from "./open-ports.ts";
import { hasOwnFinding, outdatedPrograms, type Running } from "./outdated-programs.ts";
import { serviceProblems, type ServiceProblem } from "./service-problems.ts";
import { hostName, portName } from "./wording.ts";

/** Problems of the service on an open port. Empty if the service is unknown: unknown is never a change. */
export function problemsOf(
  host: ComparedHost,
  { transport, port }: PortOf,
  { now, lifecycle }: CompareInput,
  authorized: HostAuthorizations | undefined,
): readonly ServiceProblem[] {
  const identity = host.serviceOf?.(transport, port);
  if (identity === undefined) return [];
  const authorization = authorized?.of(transport, port);
  const expected = authorization?.kind === "authorized" ? authorization.by.service : undefined;
  return serviceProblems(identity, expected, now, lifecycle);
}

interface Found extends PortOf {
  readonly problem: ServiceProblem;
  readonly hosts: ComparedHost[];
}

/**
 * `service-changed` and `insecure-service`: at most one of each per port of an asset. `outdated-service`: one per program
 * of an asset. None for a host that answers on very many ports, and none for a host that is itself the deviation.
 */
export function serviceDeviations(input: CompareInput, authorizer: Authorizer | undefined): Deviation[] {
  const found = new Map<string, Found>();
  const outdated: Running[] = [];
  for (const host of input.hosts) {
    if (isUndeclared(host) || answersOnMany(host, "tcp")) continue;
    const authorized = authorizer?.on(host);
    for (const each of host.open) {
      for (const problem of problemsOf(host, each, input, authorized)) {
        const running = problem.program && { program: problem.program, host, on: each };
        if (running !== undefined && !hasOwnFinding(running, input)) {
          outdated.push(running);
          continue;
        }
        const owner = host.asset === undefined ? `address ${host.address}` : `asset ${host.asset.name}`;
        const key = `${problem.kind} ${each.transport} ${each.port} ${owner}`;
        const known = found.get(key);
        if (known === undefined) found.set(key, { ...each, problem, hosts: [host] });
        else known.hosts.push(host);
      }
    }
  }
  const onPorts = [...found.values()].map(({ transport, port, problem, hosts }): Deviation => {
    const [host] = hosts;
    const addresses = hosts.map(({ address }) => address).sort();
    return {
      kind: problem.kind,
      subject: portSubject({
        asset: host?.asset?.name,
        target: host?.target.name,
        addresses,
        transport,
        port,
        owner: host?.asset?.owner ?? host?.target.owner,
      }),
      summary: `${portName({ transport, port })} on ${hostName(host?.asset?.name, addresses)} ${problem.text}`,
      endpoints: hosts.map((each) => endpointOf(each, { transport, port })),
    };
  });
  return [...onPorts, ...outdatedPrograms(outdated, input)];
}
