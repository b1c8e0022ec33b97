import type { Span } from "@portolan/charts";
import { timeline } from "@portolan/charts";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { read } from "../../api/query.ts";
import { Chart } from "../../components/chart.tsx";
import { Loaded } from "../../components/loading.tsx";
import { Panel } from "../../components/page.tsx";
import { useAsOf } from "../../shell/as-of.ts";
import { count, counted, dateTime } from "../../time/format.ts";
import { ZONE } from "../../time/zone.ts";
import { unknownSpans, type Segment } from "./segments.ts";

const DAY = 864e5;

/** The last 24 hours by network segment: hatched where some required endpoint was not known. */
export function Coverage() {
  const { instant, at, isNow } = useAsOf();
  const from = instant - DAY;
  const gaps = useQuery(read("history.gaps", { from, to: at }));
  const { data: resolved } = useQuery(read("scope.resolved"));
  const segments = useMemo(
    () => (gaps.data === undefined ? [] : unknownSpans(gaps.data.assets, resolved?.assets ?? [])),
    [gaps.data, resolved],
  );
  return (
    <Panel
      title={isNow ? "Coverage of the last 24 hours" : "Coverage of the 24 hours before"}
      aside={<Link to="/continuity">continuity</Link>}
    >
      {isNow ? <CoverageNow /> : null}
      <Loaded of={gaps}>
        {(answer) => (
          <Chart
            draw={(layout) =>
              timeline(
                {
                  ...periodOf(answer),
                  zone: ZONE,
                  lanes: segments.map((segment) => laneOf(segment, periodOf(answer))),
                },
                layout,
              )
            }
            legend={{ good: "every required endpoint known", unknown: "some of it not known: nobody looked in time" }}
          />
        )}
      </Loaded>
    </Panel>
  );
}

/** Of the answer itself: the one before is shown while another period is requested, and says nothing about that. */
function periodOf({ from, to }: { readonly from: string; readonly to: string }): Period {
  return { from: Date.parse(from), to: Date.parse(to) };
}

interface Period {
  readonly from: number;
  readonly to: number;
}

function laneOf({ name, unknown }: Segment, { from, to }: Period): { label: string; spans: Span[] } {
  return {
    label: name,
    spans: [
      { from, to, kind: "good" },
      ...unknown.map((span): Span => ({
        ...span,
        kind: "unknown",
        title: `not known from ${dateTime(span.from)} to ${dateTime(span.to)}${span.cause === undefined ? "" : `: ${span.cause}`}`,
      })),
    ],
  };
}

function CoverageNow() {
  const { data: status } = useQuery(read("status.get"));
  if (status === undefined) return null;
  const { endpoints, known, silent, unknown, hosts } = status.coverage;
  return (
    <p>
      Now known: <strong>{count(known)}</strong> of {counted(endpoints, "required endpoint")}
      {silent === 0 ? null : <>, {counted(silent, "endpoint")} of silent hosts</>}
      {unknown === 0 ? (
        ", none unknown"
      ) : (
        <>
          , <strong>{count(unknown)} unknown</strong>
        </>
      )}
      {hosts === undefined ? "." : <>. {counted(hosts.answered, "host")} answered.</>}
    </p>
  );
}
