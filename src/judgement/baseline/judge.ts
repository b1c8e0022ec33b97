import {
  addressesOf,
  describeService,
  portsOf,
  type AddressSubject,
  type AssetSubject,
  type Deviating,
  type DeviationKind,
  type Finding,
  type HostPortsSubject,
  type OpenPortKind,
  type PortSubject,
  type ProgramSubject,
  type ServiceKind,
} from "../../model/index.ts";
import { createAuthorizer, isExpected, type Authorizer } from "./authorize.ts";
import { answersOnMany, hostsByAsset, type CompareInput, type ComparedHost, type PortOf } from "./compared.ts";
import { expectations, presenceOf } from "./expected.ts";
import { lookAtProgram, type Settlement } from "./judge-program.ts";
import { lookAt } from "./look.ts";
import { problemsOf } from "./service-deviations.ts";
import { silentProbes } from "./silence.ts";
import { enumerate } from "./wording.ts";
import { printable } from "../../platform/documents/index.ts";

/**
 * - `holds`: an observation confirms the finding
 * - `gone`: an observation or an approved decision contradicts it
 * - `settled`: observations contradict a program on some of its endpoints; it is gone once none is left
 * - `unknown`: neither; the finding stays unchanged
 */
export type Verdict =
  | { readonly verdict: "holds" }
  | { readonly verdict: "gone"; readonly resolution: string }
  | { readonly verdict: "settled"; readonly settled: readonly Settlement[] }
  | { readonly verdict: "unknown" };

const HOLDS: Verdict = { verdict: "holds" };
const UNKNOWN: Verdict = { verdict: "unknown" };
const gone = (resolution: string): Verdict => ({ verdict: "gone", resolution });

/**
 * Judges an open finding by new observations. A finding is never resolved through silence: only an observation that
 * contradicts it, or an approved decision (port baseline, scope), makes it `gone`.
 *
 * Every kind: seen from another vantage point, or asset and address no longer in the input: unknown.
 *
 * `unauthorized-open`, `authorization-expired`, `wrong-exposure` on one port. Every address it was seen on that is still
 * in scope must settle it:
 * | the address shows             | host answered | not authorized | authorized now |
 * | ----------------------------- | ------------- | -------------- | -------------- |
 * | open                          | yes           | holds          | gone           |
 * | closed                        | yes           | gone           | gone           |
 * | filtered                      | yes           | gone           | gone           |
 * | filtered                      | no            | unknown        | gone           |
 * | filtered, over UDP            | any           | unknown        | gone           |
 * | no-response, unreachable      | any           | unknown        | gone           |
 * | unknown, or not scanned now   | any           | unknown        | gone           |
 * Any other address of the asset that has it open, not authorized: holds. Open, and now authorized for other vantage
 * points instead of none, or the other way round: gone, because it is now a different deviation.
 *
 * The same on a host that answers on very many ports, over the range it was seen on:
 * | on more than `MANY_PORTS` ports, some not authorized                            | holds   |
 * | every port of the range settled as above, none open without authorization       | gone    |
 * | every port of the range settled, some open, but no longer on very many          | gone: each of them is its own deviation      |
 * | any port of the range unsettled                                                 | unknown |
 *
 * `expected-missing`, over the addresses it is expected on:
 * | no longer expected from here (removed, optional now, ended, other vantage point) | gone    |
 * | some address has it open                                                         | gone    |
 * | an address that answered shows closed, filtered, unreachable; all scanned        | holds   |
 * | an address not scanned, or unknown; or the whole asset silent                    | unknown |
 * | no port baseline in the input                                                    | unknown |
 *
 * `undeclared-asset`:
 * | declared now, or its target allows undeclared ones    | gone    |
 * | answers (open or refusing)                            | holds   |
 * | silent                                                | unknown |
 *
 * `coverage-gap` of an asset:
 * | some address answers                        | gone    |
 * | all scanned, all silent                     | holds   |
 * | an address not scanned, the others silent   | unknown |
 * `coverage-gap` of a target (a sweep that did not run): unknown; the sweep that fills it resolves it.
 *
 * `outdated-service` of a program, on each endpoint that this vantage point saw it on, even if another one opened the finding:
 * | closed, or filtered on a host that answered (over UDP closed alone) | settled |
 * | identified as another program or version                            | settled |
 * | identified as this program                                          | holds   |
 * | anything else                                                       | unknown |
 *
 * `service-changed`, `insecure-service`, `outdated-service` of one port: gone when every address it was seen on
 * shows closed, or filtered on a host that answered (over UDP closed alone); unknown otherwise.
 */
export function judge(finding: Finding, input: CompareInput): Verdict {
  const seen = viewOf(input);
  if (finding.subject.about !== "program" && finding.vantage !== input.vantage) return UNKNOWN;
  switch (finding.kind) {
    case "unauthorized-open":
    case "authorization-expired":
    case "wrong-exposure":
      return finding.subject.about === "port"
        ? judgeOpenPort(finding.kind, finding.subject, seen)
        : judgeManyPorts(finding.subject, seen);
    case "expected-missing":
      return judgeExpected(finding.subject, seen);
    case "undeclared-asset":
      return judgeUndeclared(finding.subject, seen);
    case "coverage-gap":
      return judgeGap(finding.subject, seen);
    case "service-changed":
    case "insecure-service":
      return judgeService(finding.kind, finding.subject, seen);
    case "outdated-service":
      return finding.subject.about === "program"
        ? judgeProgram(finding.subject, seen)
        : judgeService(finding.kind, finding.subject, seen);
  }
}

/** The subjects that a deviation of that kind can have. */
type SubjectOf<Kind extends DeviationKind> = Extract<Deviating, { kind: Kind }>["subject"];

/** The input, with indexes for the lookups of each judgement. */
interface View {
  readonly input: CompareInput;
  readonly authorizer: Authorizer | undefined;
  readonly byAddress: ReadonlyMap<string, ComparedHost>;
  readonly byAsset: ReadonlyMap<string, readonly ComparedHost[]>;
}

// One input judges thousands of findings, so it is indexed once.
const views = new WeakMap<CompareInput, View>();

function viewOf(input: CompareInput): View {
  const known = views.get(input);
  if (known !== undefined) return known;
  const view: View = {
    input,
    authorizer: input.authorizedPorts === undefined ? undefined : createAuthorizer(input.authorizedPorts, input),
    byAddress: new Map(input.hosts.map((host) => [host.address, host])),
    byAsset: hostsByAsset(input.hosts),
  };
  views.set(input, view);
  return view;
}

/** How the observation of one address settles a finding about an open port. */
type Settled = { how: "open" | "unsure" | "authorized" | "otherwise" } | { how: "shut"; state: string };

function settle(host: ComparedHost | undefined, { transport, port }: PortOf, view: View, kind: DeviationKind): Settled {
  if (host === undefined) return { how: "unsure" };
  const authorization = view.authorizer?.on(host).of(transport, port).kind;
  if (authorization === "authorized") return { how: "authorized" };
  const look = lookAt(host, transport, port);
  const isExposure = authorization === undefined ? undefined : authorization === "elsewhere";
  if (look === "open" && isExposure !== undefined && isExposure !== (kind === "wrong-exposure"))
    return { how: "otherwise" };
  return look === "shut" ? { how: look, state: host.stateOf(transport, port) } : { how: look };
}

/**
 * The addresses that have to settle the finding: those it was seen on that are still in scope, or else those that its
 * asset has now. Undefined when its asset is not in the input, or it names none.
 */
function addressesToSettle(subject: PortSubject, { byAsset, input }: View): readonly string[] | undefined {
  const ofAsset = subject.asset === undefined ? [] : (byAsset.get(subject.asset) ?? []);
  if (subject.asset !== undefined && ofAsset.length === 0) return undefined;
  const { inScope = () => true } = input;
  const remembered = addressesOf(subject).filter(inScope);
  if (remembered.length > 0) return remembered;
  return ofAsset.length === 0 ? undefined : ofAsset.map(({ address }) => address);
}

function judgeOpenPort(kind: OpenPortKind, subject: PortSubject, view: View): Verdict {
  const { asset, transport, port } = subject;
  const addresses = addressesToSettle(subject, view);
  if (addresses === undefined) return UNKNOWN;
  const everywhere = asset === undefined ? [] : (view.byAsset.get(asset) ?? []);
  if (everywhere.some((host) => settle(host, { transport, port }, view, kind).how === "open")) return HOLDS;
  const settled = addresses.map((address) => ({
    address,
    ...settle(view.byAddress.get(address), { transport, port }, view, kind),
  }));
  if (settled.some(({ how }) => how === "open")) return HOLDS;
  if (settled.some(({ how }) => how === "unsure")) return UNKNOWN;
  const shut = Map.groupBy(
    settled.filter((each) => each.how === "shut"),
    ({ state }) => state,
  );
  const authorized = settled.some(({ how }) => how === "authorized")
    ? [`authorized by ${baselineName(view.input)}`]
    : [];
  if (settled.some(({ how }) => how === "otherwise"))
    authorized.push(
      kind === "wrong-exposure"
        ? `${baselineName(view.input)} no longer authorizes it anywhere, which is a separate finding`
        : `${baselineName(view.input)} authorizes it only as seen from other vantage points, which is a separate finding`,
    );
  const observed = [...shut].map(
    ([state, all]) => `observed ${state} on ${enumerate(all.map(({ address }) => address))}`,
  );
  return gone([...authorized, ...observed].join("; "));
}

/**
 * Addresses of a finding about one open port that an approved decision authorizes by now, though it still holds on others:
 * what is open there is no sighting of it any longer. Empty where it holds on none, or on all.
 */
export function authorizedOf({ kind, vantage, subject }: Finding, input: CompareInput): readonly string[] {
  if (!isOpenPortKind(kind) || subject.about !== "port" || vantage !== input.vantage) return [];
  const { byAddress, authorizer } = viewOf(input);
  const { transport, port } = subject;
  const addresses = addressesOf(subject);
  const authorized = addresses.filter((address) => {
    const host = byAddress.get(address);
    return host !== undefined && authorizer?.on(host).of(transport, port).kind === "authorized";
  });
  return authorized.length < addresses.length ? authorized : [];
}

function isOpenPortKind(kind: DeviationKind): kind is OpenPortKind {
  return kind === "unauthorized-open" || kind === "authorization-expired" || kind === "wrong-exposure";
}

function judgeManyPorts({ address, transport, ports }: HostPortsSubject, view: View): Verdict {
  const host = view.byAddress.get(address);
  if (host === undefined) return UNKNOWN;
  const allowed = view.authorizer?.on(host);
  const isForbidden = (port: number): boolean => allowed?.of(transport, port).kind !== "authorized";
  const open = host.open.filter((each) => each.transport === transport);
  const floods = answersOnMany(host, transport);
  if (floods && open.some(({ port }) => isForbidden(port))) return HOLDS;
  for (let port = ports[0]; port <= ports[1]; port += 1) {
    if (lookAt(host, transport, port) === "unsure" && isForbidden(port)) return UNKNOWN;
  }
  return gone(
    floods
      ? `the ports it answers on are authorized by ${baselineName(view.input)}`
      : `answers on ${open.length} ${transport} ports now, no longer on very many`,
  );
}

function judgeExpected(subject: SubjectOf<"expected-missing">, { input, authorizer, byAsset }: View): Verdict {
  const hosts = byAsset.get(subject.asset) ?? [];
  const [first, last] = portsOf(subject);
  if (hosts.length === 0 || authorizer === undefined) return UNKNOWN;
  const isIt = (by: { transport: string; ports: readonly [number, number] }): boolean =>
    by.transport === subject.transport && by.ports[0] === first && by.ports[1] === last;
  const expected = expectations(hosts, authorizer).find(({ by }) => isIt(by));
  if (expected === undefined) {
    // An authorized port for a block may match an address of the asset that is not in the input.
    const maybe = (input.authorizedPorts ?? []).some(
      (by) => by.selector.cidr !== undefined && isIt(by) && isExpected(by, input),
    );
    return maybe ? UNKNOWN : gone(`${baselineName(input)} no longer expects it`);
  }
  const presence = presenceOf(expected.by, expected.hosts);
  switch (presence.kind) {
    case "open":
      return gone(`open on ${enumerate(presence.hosts.map(({ address }) => address).sort())}`);
    case "missing":
      return HOLDS;
    case "unsure":
      return UNKNOWN;
  }
}

function judgeUndeclared({ address }: AddressSubject, { byAddress }: View): Verdict {
  const host = byAddress.get(address);
  if (host === undefined) return UNKNOWN;
  if (host.asset !== undefined) return gone(`declared as asset ${printable(host.asset.name)}`);
  if (host.target.undeclared === "allow") return gone(`target ${printable(host.target.name)} allows undeclared assets`);
  return host.answered ? HOLDS : UNKNOWN;
}

function judgeGap(subject: SubjectOf<"coverage-gap">, view: View): Verdict {
  switch (subject.about) {
    case "asset":
      return judgeSilent(subject, view);
    case "target":
    case "sensor":
      return UNKNOWN;
  }
}

function judgeSilent({ asset }: AssetSubject, { authorizer, byAsset }: View): Verdict {
  const hosts = byAsset.get(asset) ?? [];
  const answering = hosts.filter(({ answered }) => answered).map(({ address }) => address);
  if (answering.length > 0) return gone(`answered on ${enumerate(answering.sort())}`);
  return silentProbes(hosts, authorizer) === undefined ? UNKNOWN : HOLDS;
}

function judgeProgram(subject: ProgramSubject, { input, byAddress }: View): Verdict {
  const { holds, settled } = lookAtProgram(subject, input, byAddress);
  if (settled.length > 0) return { verdict: "settled", settled };
  return holds ? HOLDS : UNKNOWN;
}

function judgeService(kind: ServiceKind, subject: PortSubject, view: View): Verdict {
  const { transport, port } = subject;
  const addresses = addressesToSettle(subject, view);
  if (addresses === undefined) return UNKNOWN;
  const observed: string[] = [];
  for (const address of addresses) {
    const host = view.byAddress.get(address);
    const look = host === undefined ? "unsure" : lookAt(host, transport, port);
    if (host === undefined || look === "unsure") return UNKNOWN;
    const identity = host.serviceOf?.(transport, port);
    if (look === "shut") observed.push(`observed ${host.stateOf(transport, port)} on ${address}`);
    else if (identity === undefined) return UNKNOWN;
    else if (
      problemsOf(host, { transport, port }, view.input, view.authorizer?.on(host)).some(
        (problem) => problem.kind === kind,
      )
    )
      return HOLDS;
    else observed.push(`identified as ${describeService(identity)} on ${address}`);
  }
  return gone(enumerate(observed));
}

function baselineName({ baselineVersion }: CompareInput): string {
  return baselineVersion === undefined ? "the port baseline in force" : `port baseline version ${baselineVersion}`;
}
