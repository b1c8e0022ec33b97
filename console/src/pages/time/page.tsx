import { queryOptions, useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { call } from "../../api/call.ts";
import { Loaded } from "../../components/loading.tsx";
import { ChoiceFilter } from "../../components/filter-bar.tsx";
import { Empty, PageFrame } from "../../components/page.tsx";
import { Instant } from "../../components/instant.tsx";
import { MapView } from "../../map/map-view.tsx";
import { decodeWindow, differencesBetween, foldAt, type Window } from "../../map/window.ts";
import { useUrlFilter } from "../../shell/url-filter.ts";
import { dateTime } from "../../time/format.ts";
import { readInstant } from "../../time/instant.ts";
import { serverNow } from "../../time/now.ts";
import { TimeBar } from "./time-bar.tsx";

const PERIODS = [
  ["", "the whole record"],
  ["-90d", "90 days"],
  ["-30d", "30 days"],
  ["-7d", "7 days"],
  ["-1d", "24 hours"],
] as const;

/** A period does not change while somebody moves through it: it is read again only when the page is. */
function windowQuery(from: number | undefined, to: number) {
  return queryOptions({
    queryKey: ["exposure.intervals", { from, to }] as const,
    queryFn: async ({ signal }) =>
      decodeWindow(await call("exposure.intervals", { to, ...(from === undefined ? {} : { from }) }, { signal })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    meta: { isFixed: true },
  });
}

/** The exposure map, moved through the record: any instant of a period, and the difference between two. */
export function Page() {
  const [until] = useState(() => Math.floor(serverNow() / 1_000) * 1_000);
  const [{ period }, setUrl] = useUrlFilter(["period"]);
  const query = useQuery(windowQuery(period === "" ? undefined : readInstant(period, until), until));
  return (
    <PageFrame
      title="Time machine"
      about="The exposure map at any instant of the record. Where nobody looked it is unknown; nothing is filled in between."
    >
      <Loaded of={query} lines={12}>
        {(held) =>
          held.axes.vantagePoints.length === 0 || held.from >= held.to ? (
            <Empty title="No scope was in force during this period, so nobody looked anywhere." />
          ) : (
            <Machine
              key={`${held.from} ${held.to}`}
              held={held}
              period={
                <ChoiceFilter
                  label="Period"
                  value={period}
                  choices={PERIODS}
                  onChange={(value) => setUrl("period", value)}
                />
              }
            />
          )
        }
      </Loaded>
    </PageFrame>
  );
}

function Machine({ held, period }: { readonly held: Window; readonly period: React.ReactNode }) {
  const { at } = useSearch({ from: "/shell" });
  const [{ compare }, setUrl] = useUrlFilter(["compare"]);
  const given = at === undefined ? held.to : Math.max(held.from, Math.min(held.to, Date.parse(at)));
  const [moved, setMoved] = useState<{ readonly from: number; readonly to: number }>();
  // While the slider moves, the page is ahead of its URL.
  const instant = moved !== undefined && moved.from === given ? moved.to : given;
  const other = Date.parse(compare);
  const now = useMemo(() => foldAt(held, instant), [held, instant]);
  const before = useMemo(
    () => (Number.isNaN(other) ? undefined : foldAt(held, Math.min(other, instant))),
    [held, other, instant],
  );
  const after = useMemo(
    () => (Number.isNaN(other) || other <= instant ? now : foldAt(held, other)),
    [held, other, instant, now],
  );
  const differences = useMemo(
    () => (before === undefined ? undefined : differencesBetween(before, after)),
    [before, after],
  );
  const open = useMemo(
    () =>
      new Set(held.episodes.filter(({ from, to }) => from <= instant && instant < to).map(({ finding }) => finding)),
    [held, instant],
  );
  const isFindingOpen = useMemo(() => (finding: number) => open.has(finding), [open]);
  const { boundSince } = held.axes;
  return (
    <>
      <TimeBar
        held={held}
        instant={instant}
        given={given}
        compared={Number.isNaN(other) ? undefined : other}
        onMove={(to) => setMoved({ from: given, to })}
        onCompare={(to) => setUrl("compare", to === undefined ? "" : new Date(to).toISOString())}
      />
      <MapView
        map={differences === undefined ? now : after}
        label={
          differences === undefined
            ? `Exposure map as of ${dateTime(instant)}.`
            : `What differs between ${dateTime(Math.min(other, instant))} and ${dateTime(Math.max(other, instant))}.`
        }
        differences={differences}
        isFindingOpen={isFindingOpen}
        isOfPeriod
        controls={period}
      >
        {boundSince === undefined ? null : (
          <p className="soft">
            The log binds this answer since <Instant of={boundSince} />: what is earlier rests on rows as they stood
            then.
          </p>
        )}
      </MapView>
    </>
  );
}
