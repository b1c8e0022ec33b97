import { portSubject, programSubject, type Deviation, type Endpoint } from "../../model/index.ts";
import { printable } from "../../platform/documents/index.ts";
import { endpointOf, type CompareInput, type ComparedHost, type PortOf } from "./compared.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Program } from "./service-problems.ts";

/** A program past its end of life, on one port of a host. */
export interface Running {
  readonly program: Program;
  readonly host: ComparedHost;
  readonly on: PortOf;
}

/**
 * Whether the port has an open finding of its own, which an earlier version of Portolan opened. It keeps that one until
 * it is resolved, so that nothing is reported twice.
 */
export function hasOwnFinding({ host, on }: Running, { standing, vantage }: CompareInput): boolean {
  if (standing === undefined) return false;
  const subject = portSubject({ asset: host.asset?.name, addresses: [host.address], ...on });
  return standing.has(fingerprint({ kind: "outdated-service", subject }, vantage));
}

/** One deviation per program of an asset, or of an undeclared address, with every endpoint it answers on. */
export function outdatedPrograms(running: readonly Running[], { vantage, now }: CompareInput): Deviation[] {
  const programs = Map.groupBy(running, ({ program: { product, version }, host: { asset, address } }) =>
    JSON.stringify([product, version, asset === undefined ? { address } : { asset: asset.name }]),
  );
  return [...programs.values()].flatMap((all): Deviation[] => {
    const [first] = all;
    if (first === undefined) return [];
    const { product, version, ended } = first.program;
    const { asset, target, address } = first.host;
    const endpoints = all.map(({ host, on }): Endpoint => endpointOf(host, on));
    const subject = programSubject({
      asset: asset?.name,
      target: target.name,
      owner: asset?.owner ?? target.owner,
      product,
      version,
      endpoints: endpoints.map((endpoint) => ({ ...endpoint, vantage, seenAt: now })),
    });
    const summary = `${product} ${version} on ${printable(asset?.name ?? address)}: ${ended}`;
    return [{ kind: "outdated-service", subject, summary, endpoints }];
  });
}

/**
 * The same deviation once for each endpoint of a program, because each has its own second probe; any other deviation as
 * it is.
 */
export function byEndpoint(deviation: Deviation): Deviation[] {
  if (deviation.kind !== "outdated-service" || deviation.subject.about !== "program") return [deviation];
  const { subject } = deviation;
  return subject.endpoints.map(({ vantage, seenAt, ...endpoint }) => ({
    ...deviation,
    subject: programSubject({
      ...subject,
      asset: subject.asset,
      target: subject.target,
      endpoints: [{ ...endpoint, vantage, seenAt }],
    }),
    endpoints: [endpoint],
  }));
}
