import { describeService, endpointKey, type ProgramSubject, type SeenEndpoint } from "../../model/index.ts";
import type { CompareInput, ComparedHost } from "./compared.ts";
import { lookAt } from "./look.ts";
import { serviceProblems } from "./service-problems.ts";

/** An endpoint of a program, and the observation that shows the program gone from it. */
export interface Settlement {
  readonly endpoint: SeenEndpoint;
  /** `observed closed on tcp/10.0.0.2:80 from inside`. */
  readonly observed: string;
}

/** What an input says of the endpoints of a program that its vantage point saw; the others are not its to judge. */
export function lookAtProgram(
  subject: ProgramSubject,
  input: CompareInput,
  byAddress: ReadonlyMap<string, ComparedHost>,
): { readonly holds: boolean; readonly settled: readonly Settlement[] } {
  const looks = subject.endpoints
    .filter(({ vantage }) => vantage === input.vantage)
    .map((endpoint) => ({ endpoint, ...lookOf(endpoint, subject, input, byAddress.get(endpoint.address)) }));
  return {
    holds: looks.some(({ holds }) => holds === true),
    settled: looks.flatMap(({ endpoint, gone }) => {
      const observed = `${gone ?? ""} on ${endpointKey(endpoint)} from ${endpoint.vantage}`;
      return gone === undefined ? [] : [{ endpoint, observed }];
    }),
  };
}

function lookOf(
  { transport, port }: SeenEndpoint,
  { product, version }: ProgramSubject,
  { now, lifecycle }: CompareInput,
  host: ComparedHost | undefined,
): { readonly holds?: true; readonly gone?: string } {
  if (host === undefined) return {};
  const look = lookAt(host, transport, port);
  if (look === "shut") return { gone: `observed ${host.stateOf(transport, port)}` };
  const identity = host.serviceOf?.(transport, port);
  if (look === "unsure" || identity === undefined) return {};
  const [program] = serviceProblems(identity, undefined, now, lifecycle).flatMap((problem) => problem.program ?? []);
  if (program?.product === product && program.version === version) return { holds: true };
  const isOther =
    identity.product?.toLowerCase() === product.toLowerCase() &&
    identity.version !== undefined &&
    identity.version !== version;
  return { gone: `identified as ${describeService(identity)}${isOther ? ", another version," : ""}` };
}
