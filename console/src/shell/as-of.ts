import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { utc } from "../time/instant.ts";
import { useNow } from "../time/now.ts";

export interface AsOf {
  /** The instant that the page is about, in milliseconds; now advances once a minute. */
  readonly instant: number;
  /** The same for a request: `now` is answered again with every change. */
  readonly at: number | "now";
  readonly isNow: boolean;
  /** Undefined: now. */
  set(instant: number | undefined): void;
}

/** The instant of `?at=`, which every page obeys. */
export function useAsOf(): AsOf {
  const { at } = useSearch({ from: "/shell" });
  const navigate = useNavigate();
  const now = useNow(60_000);
  const set = useCallback(
    (instant: number | undefined) => {
      void navigate({
        to: ".",
        search: (search: Record<string, unknown>) => ({
          ...search,
          at: instant === undefined ? undefined : utc(instant),
        }),
      });
    },
    [navigate],
  );
  return at === undefined
    ? { instant: now, at: "now", isNow: true, set }
    : { instant: Date.parse(at), at: Date.parse(at), isNow: false, set };
}
