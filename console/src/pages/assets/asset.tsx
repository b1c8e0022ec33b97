import { timeline, type Lane } from "@portolan/charts";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useMemo } from "react";
import { allFindings } from "../../api/all-findings.ts";
import { read } from "../../api/query.ts";
import { Chart } from "../../components/chart.tsx";
import { DataTable, type TableColumn } from "../../components/data-table.tsx";
import { Facts } from "../../components/facts.tsx";
import { Instant } from "../../components/instant.tsx";
import { Loaded } from "../../components/loading.tsx";
import { FindingStatusMark, Severity } from "../../components/marks.tsx";
import { Columns, Empty, PageFrame, Panel } from "../../components/page.tsx";
import { ApprovedBy, EndpointLink } from "../../components/record-links.tsx";
import { findingAt, type FindingAt } from "../../findings/finding-at.ts";
import { useAsOf } from "../../shell/as-of.ts";
import { dateTime } from "../../time/format.ts";
import { ZONE } from "../../time/zone.ts";
import { SweepNow } from "../sweeps/sweep-now.tsx";
import type { AtResult } from "../../../../src/contract/index.ts";
import { KnownMark } from "./known-mark.tsx";
import { PortHistory } from "./port-history.tsx";
import { Reachability } from "./reachability.tsx";

const WEEK = 7 * 864e5;

/** One asset: what is open, what is allowed, when nobody looked, and its findings. */
export function Page() {
  const { asset = "" } = useParams({ strict: false });
  const { at, instant, isNow } = useAsOf();
  const query = useQuery(read("history.at", { at, asset }));
  const allowed = useQuery(read("baseline.ofAsset", { at, asset }));
  const gaps = useQuery(read("history.gaps", { from: instant - WEEK, to: at, asset }));
  const findings = useQuery(allFindings({ asset }));
  const { data: resolved } = useQuery(read("scope.resolved"));
  const place = resolved?.assets.find((each) => each.asset === asset);
  const lived = useMemo(
    () => (findings.data?.findings ?? []).flatMap((finding) => findingAt(finding, instant, isNow) ?? []),
    [findings.data, instant, isNow],
  );
  return (
    <PageFrame
      title={asset}
      about="What is open, what is authorized, and when nobody looked."
      actions={isNow ? <SweepNow targets={[asset]} /> : null}
    >
      <Loaded of={query}>
        {({ assets }) => {
          const [view] = assets;
          if (view === undefined) return <Empty title="Nothing is known about this asset at that instant." />;
          return (
            <>
              <Columns>
                <Panel title="What it is">
                  <Facts
                    of={{
                      Known: <KnownMark of={view.answer} note={view.note} />,
                      Note: view.note,
                      Addresses: <span className="mono">{view.addresses.join(", ")}</span>,
                      "System type": place?.systemType,
                      Segment: place?.segment,
                      Environment: place?.environment,
                      Owner: place?.owner,
                      Tags: place?.tags?.join(", "),
                      "Last scanned": view.lastLookedAt === undefined ? "never" : <Instant of={view.lastLookedAt} />,
                      "Oldest scan in use":
                        view.oldestLookedAt === undefined ? undefined : <Instant of={view.oldestLookedAt} />,
                      "Becomes unknown after": view.staleness,
                      "Unknown ports":
                        view.unknownPorts === "" ? undefined : <span className="mono">{view.unknownPorts}</span>,
                    }}
                  />
                </Panel>
                <Panel title="Coverage of seven days">
                  <Loaded of={gaps}>
                    {({ assets: covered, from, to }) => (
                      <Chart
                        draw={(layout) =>
                          timeline(
                            {
                              from: Date.parse(from),
                              to: Date.parse(to),
                              zone: ZONE,
                              lanes: covered.map((each) => laneOf(each, Date.parse(from), Date.parse(to))),
                            },
                            layout,
                          )
                        }
                        legend={{ good: "every required endpoint known", unknown: "not known" }}
                      />
                    )}
                  </Loaded>
                </Panel>
              </Columns>
              <PortHistory asset={asset} />
              <Panel title="Open endpoints">
                {view.open.length === 0 ? (
                  <Empty title={view.answer === "known" ? "Nothing is open." : "Nothing is known to be open."} />
                ) : (
                  <DataTable
                    label="Open endpoints"
                    rows={view.open}
                    columns={OPEN}
                    keyOf={({ address, transport, port }) => `${address} ${transport} ${port}`}
                  />
                )}
              </Panel>
            </>
          );
        }}
      </Loaded>
      {query.data?.assets[0] === undefined ? null : <Reachability addresses={query.data.assets[0].addresses} />}
      <Panel title="Authorized ports">
        <Loaded of={allowed} lines={2}>
          {({ ports }) =>
            ports.length === 0 ? (
              <Empty title="No port of this asset was authorized at that instant." />
            ) : (
              <DataTable
                label="Authorized ports"
                rows={ports}
                columns={ALLOWED}
                keyOf={({ transport, ports: given, since, owner }) => `${transport} ${given} ${since.version} ${owner}`}
              />
            )
          }
        </Loaded>
      </Panel>
      <Panel title="Findings">
        <Loaded of={findings} lines={2}>
          {() => <AssetFindings of={lived} />}
        </Loaded>
      </Panel>
    </PageFrame>
  );
}

function AssetFindings({ of }: { readonly of: readonly FindingAt[] }) {
  if (of.length === 0) return <Empty title="No finding about this asset." />;
  return (
    <ul>
      {of.map(({ finding, status, openedAt, endedAt }) => (
        <li key={finding.id}>
          <Severity of={finding.severity} /> <FindingStatusMark of={status} />{" "}
          <Link to="/findings/$id" params={{ id: String(finding.id) }}>
            <bdi>{finding.summary}</bdi>
          </Link>{" "}
          <span className="soft">
            opened <Instant of={openedAt} />
            {endedAt === undefined ? null : (
              <>
                , ended <Instant of={endedAt} />
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

function laneOf(
  {
    asset,
    gaps,
  }: { readonly asset: string; readonly gaps: readonly { from: string; to: string; cause?: string | undefined }[] },
  from: number,
  to: number,
): Lane {
  return {
    label: asset,
    spans: [
      { from, to, kind: "good" },
      ...gaps.map((gap) => ({
        from: Date.parse(gap.from),
        to: Date.parse(gap.to),
        kind: "unknown" as const,
        title: `not known from ${dateTime(gap.from)} to ${dateTime(gap.to)}${gap.cause === undefined ? "" : `: ${gap.cause}`}`,
      })),
    ],
  };
}

type OpenEndpoint = AtResult["assets"][number]["open"][number];

const OPEN: readonly TableColumn<OpenEndpoint>[] = [
  {
    id: "endpoint",
    header: "Endpoint",
    value: ({ port }) => port,
    cell: ({ address, transport, port }) => <EndpointLink host={address} transport={transport} port={port} />,
  },
  {
    id: "service",
    header: "Service",
    value: ({ identified }) => identified?.service ?? "",
    cell: ({ identified }) => <bdi>{serviceOf(identified)}</bdi>,
  },
  { id: "since", header: "Open since", value: ({ since }) => since, cell: ({ since }) => <Instant of={since} /> },
  {
    id: "scanned",
    header: "Last scanned",
    value: ({ lastLookedAt }) => lastLookedAt,
    cell: ({ lastLookedAt }) => <Instant of={lastLookedAt} ago />,
  },
];

function serviceOf(identified: OpenEndpoint["identified"]): string {
  if (identified === undefined) return "not identified";
  const { service, product = "", version = "", tls } = identified;
  return [service, product, version, tls === undefined ? "" : "TLS"].filter((part) => part !== "").join(" ");
}

interface AllowedPort {
  readonly transport: string;
  readonly ports: string;
  readonly owner: string;
  readonly justification: string;
  readonly ended: boolean;
  readonly expires?: string | undefined;
  readonly since: { readonly version: number; readonly approvedBy: string; readonly approvedAt: string };
}

const ALLOWED: readonly TableColumn<AllowedPort>[] = [
  {
    id: "ports",
    header: "Ports",
    value: ({ ports }) => ports,
    cell: ({ transport, ports }) => <span className="mono">{`${transport}/${ports}`}</span>,
  },
  { id: "owner", header: "Owner", value: ({ owner }) => owner, cell: ({ owner }) => <bdi>{owner}</bdi> },
  {
    id: "why",
    header: "Justification",
    value: ({ justification }) => justification,
    cell: ({ justification }) => <bdi>{justification}</bdi>,
  },
  {
    id: "approved",
    header: "Approved",
    value: ({ since }) => since.approvedAt,
    cell: ({ since }) => (
      <>
        version {since.version}, <ApprovedBy by={since.approvedBy} at={since.approvedAt} />
      </>
    ),
  },
  {
    id: "expires",
    header: "Expires",
    value: ({ expires }) => expires ?? "",
    cell: ({ expires, ended }) =>
      expires === undefined ? (
        ""
      ) : (
        <>
          {ended ? "expired " : ""}
          <Instant of={expires} />
        </>
      ),
  },
];
