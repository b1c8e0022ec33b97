import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import type { SweepSummary } from "../../../../src/contract/index.ts";
import { call } from "../../api/call.ts";
import { Button } from "../../components/button.tsx";
import { DataTable, type TableColumn } from "../../components/data-table.tsx";
import { ChoiceFilter, FilterBar } from "../../components/filter-bar.tsx";
import { Instant } from "../../components/instant.tsx";
import { Loaded } from "../../components/loading.tsx";
import { Verdict } from "../../components/marks.tsx";
import { Empty, PageFrame, Panel } from "../../components/page.tsx";
import { SweepLink } from "../../components/record-links.tsx";
import { useAsOf } from "../../shell/as-of.ts";
import { useUrlFilter } from "../../shell/url-filter.ts";
import { ViewMenu } from "../../shell/view-menu.tsx";
import { count, counted, span } from "../../time/format.ts";
import { SweepNow } from "./sweep-now.tsx";

const KINDS = ["full", "requested", "known", "rolling", "imported"].map((kind) => [kind, kind] as const);
const VERDICTS = ["complete", "partial", "untrusted"].map((verdict) => [verdict, verdict] as const);

/** Every sweep: when, what, how much, and whether it can be trusted. */
export function Page() {
  const { instant, isNow } = useAsOf();
  const navigate = useNavigate();
  const [filter, setFilter] = useUrlFilter(["kind", "verdict"]);
  const request = {
    ...(filter.kind === "" ? {} : { kind: [filter.kind as "full"] }),
    ...(filter.verdict === "" ? {} : { verdict: [filter.verdict as "complete"] }),
    ...(isNow ? {} : { startedUntil: instant + 1 }),
  };
  const query = useInfiniteQuery({
    queryKey: ["sweeps.list", "pages", request],
    queryFn: ({ pageParam, signal }) =>
      call("sweeps.list", { ...request, limit: 200, ...(pageParam === "" ? {} : { after: pageParam }) }, { signal }),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
  });
  const rows = useMemo(() => query.data?.pages.flatMap(({ sweeps }) => sweeps) ?? [], [query.data]);
  const looks = query.data?.pages[0]?.looks ?? [];
  return (
    <PageFrame
      title="Sweeps"
      about="One row is one run over a plan. Sweeps of every minute that saw nothing new are counted below."
      actions={
        <>
          <ViewMenu />
          {isNow ? <SweepNow /> : null}
        </>
      }
    >
      <FilterBar>
        <ChoiceFilter
          label="Kind"
          value={filter.kind}
          choices={[["", "any"], ...KINDS]}
          onChange={(value) => setFilter("kind", value)}
        />
        <ChoiceFilter
          label="Verdict"
          value={filter.verdict}
          choices={[["", "any"], ...VERDICTS]}
          onChange={(value) => setFilter("verdict", value)}
        />
      </FilterBar>
      <Loaded of={query} lines={10}>
        {() => (
          <>
            {rows.length === 0 ? (
              <Empty title="No sweep matches." />
            ) : (
              <DataTable
                label="Sweeps"
                isInUrl
                rows={rows}
                columns={COLUMNS}
                keyOf={({ id }) => String(id)}
                onOpen={({ id }) => void navigate({ to: "/sweeps/$id", params: { id: String(id) } })}
              />
            )}
            {query.hasNextPage ? (
              <p>
                <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                  Load earlier sweeps
                </Button>
              </p>
            ) : null}
            {looks.length === 0 ? null : (
              <Panel title="Sweeps without news">
                <ul>
                  {looks.map(({ vantage, kind, looks: number, from, to }) => (
                    <li key={`${vantage} ${kind}`}>
                      {counted(number, `${kind} sweep`)} from <bdi>{vantage}</bdi>, <Instant of={from} /> to{" "}
                      <Instant of={to} />: each saw exactly what an earlier one had seen.
                    </li>
                  ))}
                </ul>
              </Panel>
            )}
          </>
        )}
      </Loaded>
    </PageFrame>
  );
}

const COLUMNS: readonly TableColumn<SweepSummary>[] = [
  { id: "id", header: "Sweep", value: ({ id }) => id, cell: ({ id }) => <SweepLink id={id} /> },
  {
    id: "verdict",
    header: "Verdict",
    value: ({ verdict }) => verdict ?? "running",
    cell: ({ verdict, reason }) => (
      <span title={reason}>
        <Verdict of={verdict ?? "running"} />
      </span>
    ),
  },
  { id: "kind", header: "Kind", value: ({ kind }) => kind, cell: ({ kind }) => kind },
  { id: "vantage", header: "From", value: ({ vantage }) => vantage, cell: ({ vantage }) => <bdi>{vantage}</bdi> },
  {
    id: "started",
    header: "Started",
    value: ({ startedAt }) => startedAt,
    cell: ({ startedAt }) => <Instant of={startedAt} />,
  },
  {
    id: "took",
    header: "Took",
    align: "end",
    value: (sweep) => tookOf(sweep) ?? 0,
    cell: (sweep) => {
      const took = tookOf(sweep);
      return took === undefined ? "" : span(took);
    },
  },
  {
    id: "planned",
    header: "Endpoints",
    align: "end",
    value: ({ planned }) => planned,
    cell: ({ planned }) => count(planned),
  },
  {
    id: "open",
    header: "Open",
    align: "end",
    value: ({ counts }) => counts?.open ?? 0,
    cell: ({ counts }) => (counts?.open === undefined ? "" : count(counts.open)),
  },
  {
    id: "recall",
    header: "Recall",
    align: "end",
    value: ({ recall }) => (recall === undefined ? -1 : recall.found / recall.canaries),
    cell: ({ recall }) =>
      recall === undefined ? (
        <span className="soft">not measured</span>
      ) : (
        `${count(recall.found)} of ${count(recall.canaries)}`
      ),
  },
  { id: "engine", header: "Engine", isHidden: true, value: ({ engine }) => engine, cell: ({ engine }) => engine },
];

function tookOf({ startedAt, endedAt }: SweepSummary): number | undefined {
  return endedAt === undefined ? undefined : Date.parse(endedAt) - Date.parse(startedAt);
}
