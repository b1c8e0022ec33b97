import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import type { AtResult, ResolvedResult } from "../../../../src/contract/index.ts";
import { read } from "../../api/query.ts";
import { DataTable, type TableColumn } from "../../components/data-table.tsx";
import { FilterBar, TextFilter } from "../../components/filter-bar.tsx";
import { Instant } from "../../components/instant.tsx";
import { Loaded } from "../../components/loading.tsx";
import { Empty, PageFrame } from "../../components/page.tsx";
import { AssetLink } from "../../components/record-links.tsx";
import { useAsOf } from "../../shell/as-of.ts";
import { useUrlFilter } from "../../shell/url-filter.ts";
import { ViewMenu } from "../../shell/view-menu.tsx";
import { count, dateTime } from "../../time/format.ts";
import { KnownMark } from "./known-mark.tsx";

type AssetAt = AtResult["assets"][number] & { readonly place: ResolvedResult["assets"][number] | undefined };

/** Every asset with what was open on it at the instant, and how well it is known. */
export function Page() {
  const { at, instant, isNow } = useAsOf();
  const navigate = useNavigate();
  const [filter, setFilter] = useUrlFilter(["q"]);
  const query = useQuery(read("history.at", { at }));
  const { data: resolved } = useQuery(read("scope.resolved"));
  const rows = useMemo(() => {
    const places = new Map(resolved?.assets.map((asset) => [asset.asset, asset]));
    return (query.data?.assets ?? [])
      .map((asset): AssetAt => ({ ...asset, place: places.get(asset.asset) }))
      .filter((row) => textOf(row).includes(filter.q.toLowerCase()));
  }, [query.data, resolved, filter.q]);
  return (
    <PageFrame
      title="Assets"
      actions={<ViewMenu />}
      about={isNow ? "What is open now, and how recently each was scanned." : `What was open at ${dateTime(instant)}.`}
    >
      <FilterBar>
        <TextFilter
          label="Filter assets"
          placeholder="name, address, owner, segment, port"
          value={filter.q}
          onChange={(text) => setFilter("q", text)}
        />
      </FilterBar>
      <Loaded of={query} lines={10}>
        {() =>
          rows.length === 0 ? (
            <Empty title="No asset matches." />
          ) : (
            <DataTable
              label="Assets"
              isInUrl
              rows={rows}
              columns={COLUMNS}
              keyOf={({ asset, declared }) => `${asset} ${declared ?? ""}`}
              onOpen={({ asset }) => void navigate({ to: "/assets/$asset", params: { asset } })}
            />
          )
        }
      </Loaded>
    </PageFrame>
  );
}

const COLUMNS: readonly TableColumn<AssetAt>[] = [
  { id: "asset", header: "Asset", value: ({ asset }) => asset, cell: ({ asset }) => <AssetLink asset={asset} /> },
  {
    id: "known",
    header: "Known",
    value: ({ answer }) => answer,
    cell: ({ answer, note }) => <KnownMark of={answer} note={note} />,
  },
  {
    id: "open",
    header: "Open ports",
    value: ({ open }) => open.length,
    cell: ({ open }) => <span className="mono">{portsOf(open)}</span>,
  },
  {
    id: "addresses",
    header: "Addresses",
    value: ({ addresses }) => addresses.join(" "),
    cell: ({ addresses }) => (
      <span className="mono">
        {addresses.slice(0, 3).join(", ")}
        {addresses.length > 3 ? ` and ${count(addresses.length - 3)} more` : ""}
      </span>
    ),
  },
  {
    id: "segment",
    header: "Segment",
    value: ({ place }) => place?.segment ?? "",
    cell: ({ place }) => <bdi>{place?.segment ?? ""}</bdi>,
  },
  {
    id: "type",
    header: "System type",
    value: ({ place }) => place?.systemType ?? "",
    cell: ({ place }) => <bdi>{place?.systemType ?? ""}</bdi>,
  },
  {
    id: "owner",
    header: "Owner",
    value: ({ place }) => place?.owner ?? "",
    cell: ({ place }) => <bdi>{place?.owner ?? ""}</bdi>,
  },
  {
    id: "scanned",
    header: "Last scanned",
    value: ({ lastLookedAt }) => lastLookedAt ?? "",
    cell: ({ lastLookedAt }) =>
      lastLookedAt === undefined ? <span className="soft">never</span> : <Instant of={lastLookedAt} ago />,
  },
];

function portsOf(open: AssetAt["open"]): string {
  const ports = [...new Set(open.map(({ transport, port }) => `${transport === "tcp" ? "" : `${transport}/`}${port}`))];
  return ports.length <= 12
    ? ports.join(", ")
    : `${ports.slice(0, 12).join(", ")} and ${count(ports.length - 12)} more`;
}

function textOf({ asset, addresses, open, place }: AssetAt): string {
  return `${asset} ${addresses.join(" ")} ${place?.owner ?? ""} ${place?.segment ?? ""} ${place?.systemType ?? ""} ${open.map(({ port }) => port).join(" ")}`.toLowerCase();
}
