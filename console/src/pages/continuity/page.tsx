import { calendar, type Kind } from "@portolan/charts";
import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleHelp } from "lucide-react";
import { useMemo, useState } from "react";
import type { ContinuityResult, GapsResult } from "../../../../src/contract/index.ts";
import { read } from "../../api/query.ts";
import { Chart } from "../../components/chart.tsx";
import { DataTable, type TableColumn } from "../../components/data-table.tsx";
import { Figure } from "../../components/facts.tsx";
import { ChoiceFilter, FilterBar } from "../../components/filter-bar.tsx";
import { Instant } from "../../components/instant.tsx";
import { Loaded } from "../../components/loading.tsx";
import { Mark } from "../../components/marks.tsx";
import { Empty, PageFrame, Panel } from "../../components/page.tsx";
import { AssetLink } from "../../components/record-links.tsx";
import { useAsOf } from "../../shell/as-of.ts";
import { useUrlFilter } from "../../shell/url-filter.ts";
import { count, span } from "../../time/format.ts";
import { ZONE } from "../../time/zone.ts";
import styles from "./continuity.module.css";
import { GapDialog } from "./gap-dialog.tsx";

const DAY = 864e5;
const PERIODS = [
  ["", "30 days"],
  ["7", "7 days"],
  ["90", "90 days"],
  ["365", "a year"],
] as const;

type Disposition = keyof ContinuityResult["totals"];

const KINDS: Readonly<Record<Disposition, Kind>> = {
  scanned: "good",
  partial: "warn",
  untrusted: "bad",
  unreachable: "silent",
  excluded: "excluded",
  gap: "unknown",
};

/** One disposition for each target and day, and the gaps that they come from. */
export function Page() {
  const { instant, at } = useAsOf();
  const [filter, setFilter] = useUrlFilter(["days"]);
  const from = Math.floor(instant / DAY) * DAY - Number(filter.days || "30") * DAY;
  const query = useQuery(read("continuity.show", { from, to: at, timeZone: ZONE }));
  const gaps = useQuery(read("history.gaps", { from, to: at }));
  return (
    <PageFrame
      title="Continuity"
      about="Every target on every day has exactly one disposition, and the totals reconcile."
    >
      <FilterBar>
        <ChoiceFilter
          label="Period"
          value={filter.days}
          choices={PERIODS}
          onChange={(value) => setFilter("days", value)}
        />
      </FilterBar>
      <Loaded of={query} lines={8}>
        {({ targets, totals, targetDays, timeZone }) => (
          <Panel title="Target days" aside={`days of ${timeZone}`}>
            <div className={styles["totals"]}>
              {(Object.keys(KINDS) as Disposition[]).map((disposition) => (
                <Figure key={disposition} value={count(totals[disposition] ?? 0)} of={disposition} />
              ))}
              <Figure value={count(targetDays)} of="target days in all" />
            </div>
            <Chart
              draw={(layout) =>
                calendar(
                  targets.map(({ target, days }) => ({
                    label: target,
                    days: days.map(({ date, disposition, sweeps, unknownSeconds, reasons = [] }) => ({
                      date,
                      kind: KINDS[disposition],
                      title: `${target}, ${date}: ${disposition}, ${count(sweeps)} full sweeps, ${unknownSeconds === 0 ? "known all day" : `not known for ${span(unknownSeconds * 1_000)}`}${reasons.length === 0 ? "" : `. ${reasons.join("; ")}`}`,
                    })),
                  })),
                  layout,
                )
              }
              legend={{
                good: "scanned",
                warn: "partial",
                bad: "untrusted",
                silent: "unreachable",
                excluded: "excluded",
                unknown: "gap",
              }}
            />
          </Panel>
        )}
      </Loaded>
      <Panel title="Gaps">
        <Loaded of={gaps}>{({ assets }) => <GapTable assets={assets} />}</Loaded>
      </Panel>
    </PageFrame>
  );
}

interface GapRow {
  readonly asset: string;
  readonly from: string;
  readonly to: string;
  readonly cause: string | undefined;
  /** Absent: before the first scope, which needs no explanation. */
  readonly gap: string | undefined;
  readonly accepted: "before the first scope" | "not explained" | "not accepted" | "accepted";
}

function rowOf(asset: string, given: GapsResult["assets"][number]["gaps"][number]): GapRow {
  const { from, to, cause, gap, unexplainedSeconds = 0, unsignedSeconds = 0 } = given;
  const accepted =
    gap === undefined
      ? "before the first scope"
      : unexplainedSeconds > 0
        ? "not explained"
        : unsignedSeconds > 0
          ? "not accepted"
          : "accepted";
  return { asset, from, to, cause, gap, accepted };
}

function GapTable({ assets }: { readonly assets: GapsResult["assets"] }) {
  const [opened, setOpened] = useState<string>();
  const rows = useMemo(
    () =>
      assets
        .flatMap(({ asset, gaps }) => gaps.map((gap): GapRow => rowOf(asset, gap)))
        .toSorted((a, b) => Date.parse(b.from) - Date.parse(a.from)),
    [assets],
  );
  if (rows.length === 0) return <Empty title="No gap: every required endpoint was known all the time." />;
  return (
    <>
      <DataTable
        label="Gaps"
        rows={rows}
        columns={COLUMNS}
        keyOf={({ asset, from }) => `${asset} ${from}`}
        onOpen={({ gap }) => setOpened(gap)}
      />
      {opened === undefined ? null : <GapDialog gap={opened} onClose={() => setOpened(undefined)} />}
    </>
  );
}

const COLUMNS: readonly TableColumn<GapRow>[] = [
  { id: "asset", header: "Asset", value: ({ asset }) => asset, cell: ({ asset }) => <AssetLink asset={asset} /> },
  { id: "from", header: "From", value: ({ from }) => from, cell: ({ from }) => <Instant of={from} /> },
  { id: "to", header: "To", value: ({ to }) => to, cell: ({ to }) => <Instant of={to} /> },
  {
    id: "length",
    header: "Length",
    align: "end",
    value: ({ from, to }) => Date.parse(to) - Date.parse(from),
    cell: ({ from, to }) => span(Date.parse(to) - Date.parse(from)),
  },
  {
    id: "accepted",
    header: "Explanation",
    value: ({ accepted }) => accepted,
    cell: ({ gap, accepted }) =>
      gap === undefined ? (
        <span className="soft">{accepted}</span>
      ) : (
        <Mark
          tone={accepted === "accepted" ? "good" : "warn"}
          icon={accepted === "accepted" ? <CircleCheck aria-hidden size={15} /> : <CircleHelp aria-hidden size={15} />}
        >
          {accepted}
        </Mark>
      ),
  },
  {
    id: "cause",
    header: "Recorded cause",
    value: ({ cause }) => cause ?? "",
    cell: ({ cause }) => <bdi>{cause ?? "none"}</bdi>,
  },
];
