import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { BaselineHistoryResult, Permission } from "../../../../src/contract/index.ts";
import { meQuery } from "../../api/account.ts";
import { Problem } from "../../api/problem.ts";
import { read } from "../../api/query.ts";
import { DataTable, type TableColumn } from "../../components/data-table.tsx";
import { Instant } from "../../components/instant.tsx";
import { Loaded } from "../../components/loading.tsx";
import { Empty, PageFrame, Panel } from "../../components/page.tsx";
import { ApprovedBy } from "../../components/record-links.tsx";
import { FilterBar, TextFilter } from "../../components/filter-bar.tsx";
import { useAsOf } from "../../shell/as-of.ts";
import { useUrlFilter } from "../../shell/url-filter.ts";
import { count, counted, dateTime } from "../../time/format.ts";
import { AUTHORIZED_COLUMNS, keyOfPort, textOfPort } from "./authorized-ports.tsx";
import { Draft } from "./draft.tsx";
import { Proposals } from "./proposals.tsx";

/** The ports that may be open: in force at the instant, proposed, and every version before. */
export function Page() {
  const { isNow, instant } = useAsOf();
  const { data: me } = useQuery(meQuery);
  const may = (permission: Permission): boolean => me?.may.includes(permission) === true;
  return (
    <PageFrame
      title="Port baseline"
      about={
        isNow
          ? "Which ports may be open, for whom, and why."
          : `Which ports were allowed to be open at ${dateTime(instant)}.`
      }
    >
      {isNow ? <Proposals mayApprove={may("baseline:approve")} /> : null}
      {isNow && may("baseline:propose") ? <Draft /> : null}
      <InForce />
      <Versions />
    </PageFrame>
  );
}

function InForce() {
  const { at, isNow } = useAsOf();
  const [filter, setFilter] = useUrlFilter(["q"]);
  const query = useQuery(read("baseline.get", isNow ? {} : { at }));
  const rows = useMemo(
    () => (query.data?.authorizedPorts ?? []).filter((port) => textOfPort(port).includes(filter.q.toLowerCase())),
    [query.data, filter.q],
  );
  if (query.error instanceof Problem && query.error.status === 404) {
    return (
      <Panel title="In force">
        <Empty title="No port baseline was in force.">As long as there is none, no port can be unauthorized.</Empty>
      </Panel>
    );
  }
  return (
    <Panel title="In force" aside={query.data === undefined ? undefined : `version ${query.data.version}`}>
      <Loaded of={query} lines={6}>
        {({ approvedBy, approvedAt, proposedBy, authorizedPorts, digest }) => (
          <>
            <p className="soft">
              {counted(authorizedPorts.length, "authorized port")}, <ApprovedBy by={approvedBy} at={approvedAt} />
              {proposedBy === undefined ? null : (
                <>
                  , proposed by <bdi>{proposedBy}</bdi>
                </>
              )}
              . Digest <code>{digest.slice(0, 16)}</code>
            </p>
            <FilterBar>
              <TextFilter
                label="Filter authorized ports"
                placeholder="asset, port, owner, justification"
                value={filter.q}
                onChange={(text) => setFilter("q", text)}
              />
            </FilterBar>
            {rows.length === 0 ? (
              <Empty title="No authorized port matches." />
            ) : (
              <DataTable label="Authorized ports" rows={rows} columns={AUTHORIZED_COLUMNS} keyOf={keyOfPort} />
            )}
          </>
        )}
      </Loaded>
    </Panel>
  );
}

type Version = BaselineHistoryResult["versions"][number];

function Versions() {
  const { instant } = useAsOf();
  const query = useQuery(read("baseline.history"));
  const rows = (query.data?.versions ?? []).filter(({ approvedAt }) => Date.parse(approvedAt) <= instant + 60_000);
  return (
    <Panel title="Versions">
      <Loaded of={query} lines={3}>
        {() =>
          rows.length === 0 ? (
            <Empty title="Nothing was approved by then." />
          ) : (
            <DataTable
              label="Versions"
              rows={rows}
              columns={VERSION_COLUMNS}
              keyOf={({ version }) => String(version)}
            />
          )
        }
      </Loaded>
    </Panel>
  );
}

const VERSION_COLUMNS: readonly TableColumn<Version>[] = [
  {
    id: "version",
    header: "Version",
    align: "end",
    value: ({ version }) => version,
    cell: ({ version }) => count(version),
  },
  {
    id: "approved",
    header: "Approved",
    value: ({ approvedAt }) => approvedAt,
    cell: ({ approvedAt }) => <Instant of={approvedAt} />,
  },
  { id: "by", header: "By", value: ({ approvedBy }) => approvedBy, cell: ({ approvedBy }) => <bdi>{approvedBy}</bdi> },
  {
    id: "proposed",
    header: "Proposed by",
    value: ({ proposedBy }) => proposedBy ?? "",
    cell: ({ proposedBy }) => <bdi>{proposedBy ?? ""}</bdi>,
  },
  {
    id: "ports",
    header: "Authorized ports",
    align: "end",
    value: ({ authorizedPorts }) => authorizedPorts,
    cell: ({ authorizedPorts }) => count(authorizedPorts),
  },
  { id: "added", header: "Added", align: "end", value: ({ added }) => added, cell: ({ added }) => `+${count(added)}` },
  {
    id: "removed",
    header: "Removed",
    align: "end",
    value: ({ removed }) => removed,
    cell: ({ removed }) => `−${count(removed)}`,
  },
];
