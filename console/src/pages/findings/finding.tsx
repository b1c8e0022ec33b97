import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { timeline, type Span } from "@portolan/charts";
import { useMemo } from "react";
import type { FindingResult } from "../../../../src/contract/index.ts";
import { read } from "../../api/query.ts";
import { Chart } from "../../components/chart.tsx";
import { Facts } from "../../components/facts.tsx";
import { Instant } from "../../components/instant.tsx";
import { Loaded } from "../../components/loading.tsx";
import { FindingStatusMark, Severity } from "../../components/marks.tsx";
import { Columns, PageFrame, Panel } from "../../components/page.tsx";
import { EndpointLink } from "../../components/record-links.tsx";
import { findingAt } from "../../findings/finding-at.ts";
import { useAsOf } from "../../shell/as-of.ts";
import { dateTime, span } from "../../time/format.ts";
import { ZONE } from "../../time/zone.ts";

/** One finding with its whole life. */
export function Page() {
  const { id } = useParams({ strict: false });
  const query = useQuery(read("findings.get", { id: Number(id) }));
  return (
    <PageFrame
      title={`Finding ${id ?? ""}`}
      about={query.data === undefined ? undefined : <bdi>{query.data.finding.summary}</bdi>}
    >
      <Loaded of={query}>{(answer) => <FindingLife answer={answer} />}</Loaded>
    </PageFrame>
  );
}

function FindingLife({ answer: { finding, events } }: { readonly answer: FindingResult }) {
  const { instant, isNow } = useAsOf();
  const then = findingAt(finding, instant, isNow);
  const { subject } = finding;
  const episodes = useMemo(() => finding.episodes ?? [], [finding]);
  const from = Math.min(...[finding.openedAt, ...episodes.map(({ openedAt }) => openedAt)].map(Date.parse));
  const to = Math.max(instant, from + 60_000);
  if (then === undefined) return <p>It had not been opened by then.</p>;
  return (
    <>
      <Columns>
        <Panel title="What it is">
          <Facts
            of={{
              Status: <FindingStatusMark of={then.status} />,
              Severity: <Severity of={finding.severity} />,
              Kind: finding.kind,
              Asset:
                subject.asset === undefined ? undefined : (
                  <Link to="/assets/$asset" params={{ asset: subject.asset }}>
                    <bdi>{subject.asset}</bdi>
                  </Link>
                ),
              Endpoint:
                subject.address === undefined || subject.port === undefined ? undefined : (
                  <EndpointLink host={subject.address} port={subject.port} transport={subject.transport ?? "tcp"} />
                ),
              Program:
                subject.product === undefined ? undefined : <bdi>{`${subject.product} ${subject.version ?? ""}`}</bdi>,
              Owner: subject.owner === undefined ? undefined : <bdi>{subject.owner}</bdi>,
              "Seen from": <bdi>{finding.vantage}</bdi>,
              Processes:
                finding.processes === undefined || !isNow ? undefined : <bdi>{finding.processes.join(", ")}</bdi>,
              "Next step": finding.next === undefined || !then.isOpen ? undefined : finding.next,
            }}
          />
        </Panel>
        <Panel title="When">
          <Facts
            of={{
              Opened: <Instant of={then.openedAt} />,
              "Last seen": isNow ? <Instant of={finding.lastSeenAt} /> : undefined,
              Ended: then.endedAt === undefined ? undefined : <Instant of={then.endedAt} />,
              Resolution: then.endedAt === undefined ? undefined : finding.resolution,
              "Open in all":
                isNow && finding.exposureSeconds !== undefined ? span(finding.exposureSeconds * 1_000) : undefined,
              Episodes: episodes.length > 1 ? String(episodes.length) : undefined,
            }}
          />
        </Panel>
      </Columns>
      <Panel title="Episodes">
        <Chart
          draw={(layout) =>
            timeline(
              {
                from,
                to,
                zone: ZONE,
                at: instant,
                lanes: [
                  {
                    label: "open",
                    spans: episodes.map(({ openedAt, resolvedAt, outOfScope }): Span => {
                      const end = resolvedAt ?? outOfScope?.at;
                      const until = end === undefined ? to : Date.parse(end);
                      return {
                        from: Date.parse(openedAt),
                        to: until,
                        kind: "bad",
                        title: `open from ${dateTime(openedAt)}${end === undefined ? "" : ` to ${dateTime(end)}`}`,
                      };
                    }),
                  },
                ],
              },
              layout,
            )
          }
          legend={{ bad: "open" }}
        />
      </Panel>
      <Panel title="Its life">
        <ol>
          {events
            .filter(({ at }) => isNow || Date.parse(at) <= instant)
            .map(({ at, status, note, sweep }, index) => (
              <li key={index}>
                <Instant of={at} /> <strong>{status}</strong> <bdi>{note}</bdi>
                {sweep === undefined ? null : (
                  <>
                    {" "}
                    <Link to="/sweeps/$id" params={{ id: String(sweep) }}>
                      sweep {sweep}
                    </Link>
                  </>
                )}
              </li>
            ))}
        </ol>
      </Panel>
      {subject.endpoints === undefined ? null : (
        <Panel title="Where the program was seen">
          <ul>
            {subject.endpoints.map(({ address, transport, port, vantage, seenAt }) => (
              <li key={`${vantage} ${address} ${transport} ${port}`}>
                <EndpointLink host={address} port={port} transport={transport} /> from <bdi>{vantage}</bdi>, last{" "}
                <Instant of={seenAt} />
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}
