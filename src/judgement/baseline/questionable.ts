import { formatInstant, type AuthorizedPort, type Instant, type Selector } from "../../model/index.ts";
import { problemsAt, type DocumentProblem } from "../../platform/documents/index.ts";
import type { ResolvedScope } from "../../scope/index.ts";
import { BASELINE_DOCUMENT } from "./document-schema.ts";
import { isInForce } from "./authorize.ts";
import { createSelects } from "./selects.ts";

type Declared = Pick<ResolvedScope, "declared" | "targets">;

/**
 * Entries that an approver should check before they approve, one line each with its place in the document: the
 * selector matches nothing in the scope, or the authorization ended before it began. Neither is an error: an asset may
 * come later, and an entry that ended says why its port has to be closed.
 */
export function questionableEntries(
  {
    document,
    file,
    ports,
  }: { readonly document: string; readonly file: string; readonly ports: readonly AuthorizedPort[] },
  scope: Declared,
  now: Instant,
): string[] {
  const problems = ports.flatMap((port, index) => [
    ...unmatched(port.selector, index, scope),
    ...(isInForce(port, now) ? [] : [ended(port.expires ?? now, index, now)]),
  ]);
  return problems.length === 0 ? [] : problemsAt(document, file, problems, BASELINE_DOCUMENT).message.split("\n");
}

function ended(expires: Instant, index: number, now: Instant): DocumentProblem {
  return {
    path: ["authorizedPorts", index, "expires"],
    problem: `the authorization ended on ${formatInstant(expires)}, and it is ${formatInstant(now)} now`,
    fix: "extend it, or remove the entry and close the port",
  };
}

function unmatched(selector: Selector, index: number, scope: Declared): DocumentProblem[] {
  if (matchesAnything(selector, scope)) return [];
  const { asset, tag, systemType, cidr } = selector;
  const wanted = Object.entries({ asset, tag, "system type": systemType, address: cidr })
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => `${field} ${value}`)
    .join(" and ");
  const field =
    asset === undefined ? (tag === undefined ? (systemType === undefined ? "cidr" : "systemType") : "tag") : "asset";
  return [
    {
      path: ["authorizedPorts", index, field],
      problem: `nothing in the scope has ${wanted}`,
      fix: "correct the selector, or declare the asset in portolan.yaml",
    },
  ];
}

function matchesAnything(selector: Selector, { declared, targets }: Declared): boolean {
  const selects = createSelects(selector);
  return (
    declared.some(({ asset, addresses }) => selects({ ...asset, addresses })) ||
    targets.some(({ target: { systemType, tags }, addresses }) => selects({ systemType, tags, addresses }))
  );
}
