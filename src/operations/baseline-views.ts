import type { BaselineResult, ProposalView } from "../contract/index.ts";
import { alsoBy, type StoredProposal } from "../judgement/baseline/index.ts";
import { Fault, formatInstant, type AuthorizedPort, type Instant, type Party } from "../model/index.ts";

export function portView({
  ports,
  expires,
  controls,
  exposure,
  ...rest
}: AuthorizedPort): BaselineResult["authorizedPorts"][number] {
  return {
    ...rest,
    ports: ports[0] === ports[1] ? `${ports[0]}` : `${ports[0]}-${ports[1]}`,
    controls: [...controls],
    ...(exposure === undefined ? {} : { exposure: [...exposure] }),
    ...(expires === undefined ? {} : { expires: formatInstant(expires) }),
  };
}

/** Who approved a version and who proposed it, as every result shows it. */
export function decisionView(decided: {
  readonly approvedBy: string;
  readonly approvedAt: Instant;
  readonly proposal?: string | undefined;
  readonly proposedBy?: string | undefined;
  readonly parties?: readonly Party[] | undefined;
}) {
  const { approvedBy, approvedAt, proposal, proposedBy, parties = [] } = decided;
  return {
    approvedBy,
    approvedAt: formatInstant(approvedAt),
    ...(proposal === undefined ? {} : { proposal }),
    ...(proposedBy === undefined ? {} : { proposedBy }),
    ...alsoBy(parties),
  };
}

export function proposalView(stored: Omit<StoredProposal, "id">): ProposalView {
  const { proposal, digest, file, authorizedPorts, onVersion, proposedBy, proposedAt, parties, approvedAs } = stored;
  return {
    proposal,
    digest,
    file,
    authorizedPorts,
    onVersion,
    proposedBy,
    proposedAt: formatInstant(proposedAt),
    ...alsoBy(parties),
    ...(approvedAs === undefined ? {} : { approvedAs }),
  };
}

export function noBaseline(at?: Instant): Fault {
  if (at !== undefined) {
    return new Fault("not-found", `No port baseline was in force at ${formatInstant(at)}.`, {
      next: "See when each one came into force: portolan baseline history.",
    });
  }
  return new Fault("not-found", "No port baseline has been approved yet.", {
    next: "Run portolan baseline propose, complete the file it writes, then portolan baseline approve FILE --by NAME.",
  });
}
