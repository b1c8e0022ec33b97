import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

/** The filters of a page in its URL: `?severity=high&q=web`. An empty value removes a filter. */
export function useUrlFilter<const Name extends string>(
  names: readonly Name[],
): readonly [Readonly<Record<Name, string>>, (name: Name, value: string) => void] {
  const search = useSearch({ strict: false }) as Readonly<Record<string, unknown>>;
  const navigate = useNavigate();
  const set = useCallback(
    (name: Name, value: string) => {
      void navigate({
        to: ".",
        replace: true,
        search: (before: Record<string, unknown>) => ({ ...before, [name]: value === "" ? undefined : value }),
      });
    },
    [navigate],
  );
  const values = Object.fromEntries(
    names.map((name) => [
      name,
      typeof search[name] === "string" || typeof search[name] === "number" ? String(search[name]) : "",
    ]),
  ) as Record<Name, string>;
  return [values, set];
}
