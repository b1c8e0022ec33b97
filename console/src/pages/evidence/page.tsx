import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { EntriesResult } from "../../../../src/contract/index.ts";
import { meQuery } from "../../api/account.ts";
import { call } from "../../api/call.ts";
import { Button } from "../../components/button.tsx";
import { DataTable, type TableColumn } from "../../components/data-table.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { ChoiceFilter, FilterBar } from "../../components/filter-bar.tsx";
import { Instant } from "../../components/instant.tsx";
import { Loaded } from "../../components/loading.tsx";
import { Empty, PageFrame, Panel } from "../../components/page.tsx";
import { useAsOf } from "../../shell/as-of.ts";
import { useUrlFilter } from "../../shell/url-filter.ts";
import { count } from "../../time/format.ts";
import { BundleForm } from "./bundle-form.tsx";
import { Checkpoints } from "./checkpoints.tsx";
import { HeldVerification } from "./held-verification.tsx";
import { EntryProof } from "./entry-proof.tsx";
import { Outside } from "./outside.tsx";
import { Verification } from "./verification.tsx";

const DAY = 864e5;
const TYPES = [
  "scope-recorded",
  "baseline-proposed",
  "baseline-approved",
  "sweep-started",
  "sweep-finished",
  "sweep-refused",
  "states-changed",
  "finding-opened",
  "finding-resolved",
  "finding-regressed",
  "gap-recorded",
  "evidence-read",
  "signed-in",
  "roles-changed",
  "key-rotated",
] as const;

/** The evidence log: its entries, its checkpoints, its verification, and what an auditor takes away. */
export function Page() {
  const { data: me } = useQuery(meQuery);
  return (
    <PageFrame
      title="Evidence log"
      about="Every change of the record is an entry under a signed checkpoint. Each reading of this page is an entry too."
    >
      <HeldVerification />
      <Verification />
      <Outside />
      <Checkpoints maySign={me?.may.includes("evidence:checkpoint") === true} />
      <BundleForm />
      <Entries />
    </PageFrame>
  );
}

function Entries() {
  const { instant, isNow } = useAsOf();
  const [filter, setFilter] = useUrlFilter(["type", "days"]);
  const [opened, setOpened] = useState<number>();
  const days = Number(filter.days || "1");
  const until = isNow ? undefined : instant + 1;
  const query = useInfiniteQuery({
    queryKey: ["evidence.entries", "pages", filter, until, isNow ? "now" : instant],
    queryFn: ({ pageParam, signal }) =>
      call(
        "evidence.entries",
        {
          limit: 500,
          recordedSince: (until ?? Date.now()) - days * DAY,
          ...(until === undefined ? {} : { recordedUntil: until }),
          ...(filter.type === "" ? {} : { type: [filter.type as "sweep-finished"] as never }),
          ...(pageParam === "" ? {} : { after: pageParam }),
        },
        { signal },
      ),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    // Each reading is an entry of its own: live events would read again because of it.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  const rows = useMemo(() => query.data?.pages.flatMap(({ entries }) => entries).toReversed() ?? [], [query.data]);
  return (
    <Panel
      title="Entries"
      aside={query.data === undefined ? undefined : `${count(query.data.pages[0]?.size ?? 0)} in the log`}
    >
      <FilterBar>
        <ChoiceFilter
          label="Type"
          value={filter.type}
          choices={[["", "any"], ...TYPES.map((type): [string, string] => [type, type])]}
          onChange={(value) => setFilter("type", value)}
        />
        <ChoiceFilter
          label="Recorded in"
          value={filter.days}
          choices={[
            ["", "the last day"],
            ["7", "the last week"],
            ["31", "the last month"],
            ["366", "the last year"],
          ]}
          onChange={(value) => setFilter("days", value)}
        />
        <Button onClick={() => void query.refetch()}>Read again</Button>
      </FilterBar>
      <Loaded of={query} lines={8}>
        {() => (
          <>
            {rows.length === 0 ? (
              <Empty title="No entry of this type was recorded in this period." />
            ) : (
              <DataTable
                label="Entries"
                rows={rows}
                columns={COLUMNS}
                keyOf={({ index }) => String(index)}
                onOpen={({ index }) => setOpened(index)}
              />
            )}
            {query.hasNextPage ? (
              <p>
                <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                  Load more entries
                </Button>
              </p>
            ) : null}
          </>
        )}
      </Loaded>
      {opened === undefined ? null : (
        <Dialog title={`Entry ${count(opened)}`} onClose={() => setOpened(undefined)}>
          <EntryProof index={opened} />
        </Dialog>
      )}
    </Panel>
  );
}

type Entry = EntriesResult["entries"][number];

const COLUMNS: readonly TableColumn<Entry>[] = [
  { id: "index", header: "Entry", align: "end", value: ({ index }) => index, cell: ({ index }) => count(index) },
  {
    id: "recorded",
    header: "Recorded",
    value: ({ recordedAt }) => recordedAt,
    cell: ({ recordedAt }) => <Instant of={recordedAt} />,
  },
  { id: "type", header: "Type", value: ({ type }) => type, cell: ({ type }) => <code>{type}</code> },
  {
    id: "body",
    header: "What it states",
    cell: ({ body }) => <code>{body.length > 160 ? `${body.slice(0, 160)}…` : body}</code>,
  },
];
