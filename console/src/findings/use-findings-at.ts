import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { allFindings } from "../api/all-findings.ts";
import { useAsOf } from "../shell/as-of.ts";
import { findingAt, worstFirst, type FindingAt } from "./finding-at.ts";

/** The findings that were open at the instant of the page, the worst first, and the request that says so. */
export function useOpenFindings() {
  const { instant, isNow } = useAsOf();
  // In the past, a finding that has ended since was open.
  const query = useQuery(
    allFindings(isNow ? { status: ["new", "unchanged", "regressed"] } : { openedUntil: instant + 1 }),
  );
  const open = useMemo(
    (): readonly FindingAt[] =>
      (query.data?.findings ?? [])
        .flatMap((finding) => findingAt(finding, instant, isNow) ?? [])
        .filter(({ isOpen }) => isOpen)
        .toSorted(worstFirst),
    [query.data, instant, isNow],
  );
  return { query, open, instant };
}
