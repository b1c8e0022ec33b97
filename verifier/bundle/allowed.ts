import { contains, parseRange, type AddressValue } from "../addresses.ts";
import type { AuthorizedPort, DeclaredAsset } from "./documents.ts";
import type { Approval } from "./facts.ts";
import type { Transport } from "../ports.ts";
import { inForce } from "./scope-then.ts";
import type { BundleRecord } from "./verify.ts";

/** What the port baseline in force said about a port. */
export interface AllowedThen {
  /** Absent: no port baseline had been approved. */
  readonly approval?: Approval;
  readonly verdict: "authorized" | "expired" | "elsewhere" | "not authorized" | "no baseline" | "text not included";
  readonly by?: AuthorizedPort;
  /** Whether the text of the baseline has the digest that the log names. */
  readonly proven: boolean;
}

export function allowedThen(
  { facts, documents }: BundleRecord,
  question: {
    readonly at: number;
    readonly vantage: string;
    readonly address: AddressValue;
    readonly transport: Transport;
    readonly port: number;
    readonly asset: DeclaredAsset | undefined;
    readonly declared: boolean;
  },
): AllowedThen {
  const approval = inForce(facts.approvals, question.at);
  if (approval === undefined) return { verdict: "no baseline", proven: true };
  const document = documents.baselines.get(approval.version);
  if (document === undefined) return { approval, verdict: "text not included", proven: false };
  const { at, vantage, transport, port } = question;
  let best: Pick<AllowedThen, "verdict" | "by"> = { verdict: "not authorized" };
  for (const by of document.ports) {
    if (by.transport !== transport || port < by.ports[0] || port > by.ports[1] || !selects(by, question)) continue;
    const valid = by.expires === undefined || at < by.expires;
    if (by.exposure !== undefined && !by.exposure.includes(vantage)) {
      if (best.verdict === "not authorized" && valid) best = { verdict: "elsewhere", by };
    } else if (valid) {
      return { approval, verdict: "authorized", by, proven: document.proven };
    } else best = { verdict: "expired", by };
  }
  return { approval, ...best, proven: document.proven };
}

/** Every field of the selector that is given has to match, and one is. */
function selects(
  { selector }: AuthorizedPort,
  { asset, declared, address }: { asset: DeclaredAsset | undefined; declared: boolean; address: AddressValue },
): boolean {
  const { asset: name, tag, systemType, cidr } = selector;
  const block = cidr === undefined ? undefined : parseRange(cidr);
  return (
    (name === undefined || (declared && asset?.name === name)) &&
    (tag === undefined || asset?.tags.includes(tag) === true) &&
    (systemType === undefined || asset?.systemType.name === systemType) &&
    (cidr === undefined || (block !== undefined && contains(block, address))) &&
    (name ?? tag ?? systemType ?? cidr) !== undefined
  );
}
