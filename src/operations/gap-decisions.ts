import { anyUser, partiesOf } from "../access/index.ts";
import type { GapExplanationResult, Operations } from "../contract/index.ts";
import { samePerson, typedBy } from "../judgement/baseline/index.ts";
import { Fault, formatInstant, type CompensatingEvidence, type Principal } from "../model/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { within } from "../proof/continuity/index.ts";
import {
  explanationsOf,
  recordExplanation,
  recordSignOff,
  type Decider,
  type ExplainedStretch,
  type StoredExplanation,
} from "../proof/gaps/index.ts";
import { recordChange } from "../record/change/index.ts";
import { decider } from "./baseline-decisions.ts";
import { compensating } from "./compensating.ts";
import { gapAt, type FoundGap } from "./gap-at.ts";
import { explanationResult } from "./gap-views.ts";
import { gapsDuring } from "./gaps-during.ts";
import type { OperationDeps } from "./operation-deps.ts";

type Deps = Pick<OperationDeps, "store" | "clock" | "key" | "user">;
type Asked<Name extends keyof Operations["gaps"]> = Parameters<Operations["gaps"][Name]>[0];

/** Gaps of one explanation: a person has to be able to read what they sign. */
const MOST_GAPS = 5_000;

/** Records why nobody looked, for exactly the time that the gap has now. */
export async function explainGap(
  deps: Deps,
  { gap: name, cause, text, references, everything }: Asked<"explain">,
  given: Principal | undefined,
  most = MOST_GAPS,
): Promise<GapExplanationResult> {
  const { store, clock } = deps;
  const at = clock.now();
  const gap = await gapAt(store.db, name, at);
  const gaps = everything ? await gapsWithin(store.db, gap, most) : [stretchOf(gap)];
  const evidence: readonly CompensatingEvidence[] = await compensating(store.db, gap);
  const by = decider(given, deps.user);
  return await recordChange(deps, at, async (change) => {
    const parties = await partiesOf(change.tx, by, at);
    const explainer: Decider = { by: by.name, through: by.kind, user: by.user, parties };
    const { vantage } = gap;
    const stored = await recordExplanation(change, {
      ...{ vantage, gap: name, cause, text, references, gaps, evidence },
      ...explainer,
    });
    return explanationResult(stored);
  });
}

/** Another person accepts an explanation, with the times that it names and no others. */
export async function signOffGap(
  deps: Deps,
  request: Asked<"signOff">,
  given: Principal | undefined,
): Promise<GapExplanationResult> {
  const at = deps.clock.now();
  const by = decider(given, deps.user);
  return await recordChange(deps, at, async (change) => {
    const { tx } = change;
    const isOperator = by.kind === "operator";
    if (isOperator && (await anyUser(tx))) throw operatorAmongUsers();
    const explanation = chosen(await explanationsOf(tx, request.gap), request);
    const parties = await partiesOf(tx, by, at);
    if (!isOperator) refuseOwn(explanation, parties);
    const name = isOperator ? typedBy(deps.user, typedName(request.signedOffBy)) : by.name;
    const signer: Decider = { by: name, through: by.kind, user: by.user, parties };
    return explanationResult(await recordSignOff(change, explanation, signer));
  });
}

/** Every gap from the same vantage point, cut to this one. */
async function gapsWithin(db: Db, gap: FoundGap, most: number): Promise<ExplainedStretch[]> {
  const { subjects } = await gapsDuring(db, gap);
  const gaps = subjects.flatMap(({ subject, gaps: own }) => within(gap, own).map((each) => ({ subject, ...each })));
  if (gaps.length <= most) return gaps;
  throw new Fault("config-invalid", `${gaps.length} gaps overlap this one, and an explanation names at most ${most}.`, {
    place: "everything",
    next: "Leave out --everything, and explain the gaps one by one.",
  });
}

function stretchOf({ subject, from, to }: FoundGap): ExplainedStretch {
  return { subject, from, to };
}

/** The explanation that the request means: never one that its sender may not have seen. */
function chosen(
  given: readonly StoredExplanation[],
  { gap, explanation: number }: Pick<Asked<"signOff">, "gap" | "explanation">,
): StoredExplanation {
  const waiting = given.filter(({ signedOff }) => signedOff === undefined);
  const named = number === undefined ? undefined : given.find(({ id }) => id === number);
  const list = `portolan gaps show ${gap}`;
  if (named?.signedOff !== undefined) {
    throw new Fault("conflict", `${named.signedOff.by} signed it off on ${formatInstant(named.signedOff.at)}.`, {
      place: `explanation ${named.id}`,
      next: `See all explanations of this gap: ${list}.`,
    });
  }
  if (named !== undefined) return named;
  const [only, ...others] = number === undefined ? waiting : [];
  if (only === undefined) {
    throw new Fault("not-found", "No explanation of this gap waits for a sign-off.", {
      place: number === undefined ? gap : `explanation ${number}`,
      next: `See what was stated: ${list}. State why nobody looked: portolan gaps explain GAP --cause CAUSE --text TEXT.`,
    });
  }
  if (others.length === 0) return only;
  throw new Fault(
    "conflict",
    `Explanations ${waiting.map(({ id }) => id).join(", ")} of this gap wait for a sign-off.`,
    {
      place: gap,
      next: "Name the one that you read: --explanation NUMBER.",
    },
  );
}

/** Nobody accepts what they stated themselves, from any account, or through a link or key that they made. */
function refuseOwn(explanation: StoredExplanation, parties: Decider["parties"]): void {
  const same = samePerson(parties, explanation.parties);
  if (same === undefined) return;
  const { by, at } = explanation;
  throw new Fault(
    "forbidden",
    `The same person would have explained this gap and signed it off: ${by}, on ${formatInstant(at)}.`,
    {
      place: `explanation ${explanation.id}`,
      next:
        same.approving.through === "link"
          ? "Ask another approver. A password link counts as its maker's for a day."
          : "Ask another approver, with an account of their own.",
    },
  );
}

function typedName(name: string | undefined): string {
  if (name !== undefined) return name;
  throw new Fault("config-invalid", "A sign-off by the operator needs the name of the person.", {
    place: "signedOffBy",
    next: "Give it: --by NAME. It is shown as typed by the operator.",
  });
}

function operatorAmongUsers(): Fault {
  return new Fault("forbidden", "Users exist, so a sign-off is by a person who signed in, not by the operator.", {
    next: "Sign in as an approver: portolan login. portolan users list shows who is one.",
  });
}
