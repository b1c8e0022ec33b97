import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { FindingView } from "../../../src/contract/index.ts";
import { call, type CallRequest } from "./call.ts";

/** Findings per request, and the most that a page lists. */
const PAGE = 1_000;
const MOST = 20_000;

export interface FindingList {
  readonly findings: readonly FindingView[];
  /** There are more than the page lists. */
  readonly isCut: boolean;
  readonly boundSince: string | undefined;
}

/** All findings that the filter selects, the latest first. */
export function allFindings(filter: CallRequest<"findings.list">) {
  return queryOptions({
    queryKey: ["findings.list", "all", filter] as const,
    async queryFn({ signal }): Promise<FindingList> {
      const findings: FindingView[] = [];
      let after: string | undefined;
      let boundSince: string | undefined;
      do {
        const page = await call("findings.list", { ...filter, after, limit: PAGE }, { signal });
        findings.push(...page.findings);
        after = page.next;
        boundSince = page.boundSince;
      } while (after !== undefined && findings.length < MOST);
      return { findings, isCut: after !== undefined, boundSince };
    },
    placeholderData: keepPreviousData,
  });
}
