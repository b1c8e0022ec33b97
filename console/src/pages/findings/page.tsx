import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { allFindings } from "../../api/all-findings.ts";
import { DataTable, type TableColumn } from "../../components/data-table.tsx";
import { ChoiceFilter, FilterBar, TextFilter } from "../../components/filter-bar.tsx";
import { Instant } from "../../components/instant.tsx";
import { Loaded } from "../../components/loading.tsx";
import { FindingStatusMark, Severity, severityName } from "../../components/marks.tsx";
import { Empty, PageFrame } from "../../components/page.tsx";
import { findingAt, worstFirst, type FindingAt } from "../../findings/finding-at.ts";
import { useAsOf } from "../../shell/as-of.ts";
import { useUrlFilter } from "../../shell/url-filter.ts";
import { ViewMenu } from "../../shell/view-menu.tsx";
import { count, span } from "../../time/format.ts";
import { ExportMenu } from "./export-menu.tsx";

const STATUSES = [
  ["", "open"],
  ["all", "open and ended"],
  ["ended", "ended"],
] as const;
const SEVERITIES = [
  ["", "any"],
  ["very high", "very high"],
  ["high", "high"],
  ["medium", "medium"],
  ["low", "low"],
] as const;

/** The stream of confirmed deviations. */
export function Page() {
  const { instant, isNow } = useAsOf();
  const navigate = useNavigate();
  const [filter, setFilter] = useUrlFilter(["q", "status", "severity", "kind", "asset"]);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const wantsEnded = filter.status !== "" || !isNow;
  const query = useQuery(
    allFindings({
      ...(wantsEnded ? {} : { status: ["new", "unchanged", "regressed"] }),
      ...(filter.asset === "" ? {} : { asset: filter.asset }),
      ...(isNow ? {} : { openedUntil: instant + 1 }),
    }),
  );
  const rows = useMemo(
    () =>
      (query.data?.findings ?? [])
        .flatMap((finding) => findingAt(finding, instant, isNow) ?? [])
        .filter((row) => isWanted(row, filter))
        .toSorted(worstFirst),
    [query.data, instant, isNow, filter],
  );
  const kinds = useMemo(
    () => [...new Set((query.data?.findings ?? []).map(({ kind }) => kind))].toSorted(),
    [query.data],
  );
  const columns = useMemo(() => columnsAt(instant), [instant]);
  return (
    <PageFrame
      title="Findings"
      about="Confirmed deviations from the port baseline. A finding ends by an observation or an approval, never by a click."
      actions={
        <>
          <ViewMenu />
          <ExportMenu status={filter.status} />
        </>
      }
    >
      <FilterBar>
        <TextFilter
          label="Filter findings"
          placeholder="asset, port, product, owner"
          value={filter.q}
          onChange={(text) => setFilter("q", text)}
        />
        <ChoiceFilter
          label="Status"
          value={filter.status}
          choices={STATUSES}
          onChange={(value) => setFilter("status", value)}
        />
        <ChoiceFilter
          label="Severity"
          value={filter.severity}
          choices={SEVERITIES}
          onChange={(value) => setFilter("severity", value)}
        />
        <ChoiceFilter
          label="Kind"
          value={filter.kind}
          choices={[["", "any"], ...kinds.map((kind): [string, string] => [kind, kind])]}
          onChange={(value) => setFilter("kind", value)}
        />
      </FilterBar>
      <Loaded of={query} lines={10}>
        {({ isCut }) => (
          <>
            {isCut ? (
              <p>Only the latest {count(rows.length)} are listed. Narrow the period or the asset, or export them.</p>
            ) : null}
            {selected.size === 0 ? null : <SelectedFindings keys={selected} />}
            {rows.length === 0 ? (
              <Empty title="No finding matches.">
                {filter.status === ""
                  ? "No deviation of this kind is open, as far as the scope was scanned."
                  : "Change the filters above."}
              </Empty>
            ) : (
              <DataTable
                label="Findings"
                isInUrl
                rows={rows}
                columns={columns}
                keyOf={({ finding }) => String(finding.id)}
                onOpen={({ finding }) => void navigate({ to: "/findings/$id", params: { id: String(finding.id) } })}
                selection={{ keys: selected, onChange: setSelected }}
              />
            )}
          </>
        )}
      </Loaded>
    </PageFrame>
  );
}

function isWanted(
  { finding, isOpen }: FindingAt,
  filter: Readonly<Record<"q" | "status" | "severity" | "kind", string>>,
): boolean {
  if (filter.status === "" && !isOpen) return false;
  if (filter.status === "ended" && isOpen) return false;
  if (filter.severity !== "" && severityName(finding.severity) !== filter.severity) return false;
  if (filter.kind !== "" && finding.kind !== filter.kind) return false;
  const { asset = "", owner = "", address = "", product = "", port = "" } = finding.subject;
  const text =
    `#${finding.id} ${finding.summary} ${finding.kind} ${asset} ${owner} ${address} ${product} ${port}`.toLowerCase();
  return filter.q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function columnsAt(instant: number): TableColumn<FindingAt>[] {
  return [
    {
      id: "severity",
      header: "Severity",
      value: ({ finding }) => finding.severity ?? -1,
      cell: ({ finding }) => <Severity of={finding.severity} />,
    },
    {
      id: "finding",
      header: "Finding",
      value: ({ finding }) => finding.summary,
      cell: ({ finding }) => (
        <Link to="/findings/$id" params={{ id: String(finding.id) }}>
          #{finding.id} <bdi>{finding.summary}</bdi>
        </Link>
      ),
    },
    {
      id: "status",
      header: "Status",
      value: ({ status }) => status,
      cell: ({ status }) => <FindingStatusMark of={status} />,
    },
    {
      id: "asset",
      header: "Asset",
      value: ({ finding }) => finding.subject.asset ?? finding.subject.address ?? "",
      cell: ({ finding }) => (
        <bdi>{finding.subject.asset ?? finding.subject.address ?? finding.subject.target ?? ""}</bdi>
      ),
    },
    {
      id: "owner",
      header: "Owner",
      value: ({ finding }) => finding.subject.owner ?? "",
      cell: ({ finding }) => <bdi>{finding.subject.owner ?? ""}</bdi>,
    },
    {
      id: "age",
      header: "Age",
      align: "end",
      value: ({ openedAt, endedAt }) => (endedAt ?? instant) - openedAt,
      cell: ({ openedAt, endedAt }) => span((endedAt ?? instant) - openedAt),
    },
    {
      id: "opened",
      header: "Opened",
      value: ({ openedAt }) => openedAt,
      cell: ({ openedAt }) => <Instant of={openedAt} />,
    },
    {
      id: "kind",
      header: "Kind",
      isHidden: true,
      value: ({ finding }) => finding.kind,
      cell: ({ finding }) => finding.kind,
    },
    {
      id: "vantage",
      header: "Seen from",
      isHidden: true,
      value: ({ finding }) => finding.vantage,
      cell: ({ finding }) => <bdi>{finding.vantage}</bdi>,
    },
  ];
}

/** What can be done with several findings at once. */
function SelectedFindings({ keys }: { readonly keys: ReadonlySet<string> }) {
  return (
    <p role="status">
      {count(keys.size)} selected.{" "}
      <button
        type="button"
        onClick={() =>
          void navigator.clipboard.writeText(
            [...keys].map((id) => `${window.location.origin}/findings/${id}`).join("\n"),
          )
        }
      >
        Copy their links
      </button>
    </p>
  );
}
