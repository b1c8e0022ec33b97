import { timeline, type Kind, type Lane, type Span } from "@portolan/charts";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import type { EndpointHistoryResult } from "../../../../src/contract/index.ts";
import { read } from "../../api/query.ts";
import { Chart } from "../../components/chart.tsx";
import { Facts } from "../../components/facts.tsx";
import { Instant } from "../../components/instant.tsx";
import { Loaded } from "../../components/loading.tsx";
import { StateMark } from "../../components/marks.tsx";
import { Columns, Empty, PageFrame, Panel } from "../../components/page.tsx";
import { ApprovedBy, AssetLink, SweepLink } from "../../components/record-links.tsx";
import { useAsOf } from "../../shell/as-of.ts";
import { useUrlFilter } from "../../shell/url-filter.ts";
import { ChoiceFilter, FilterBar } from "../../components/filter-bar.tsx";
import { dateTime, span } from "../../time/format.ts";
import { ZONE } from "../../time/zone.ts";
import { SweepNow } from "../sweeps/sweep-now.tsx";
import { SeenFrom } from "./seen-from.tsx";
import { Services } from "./services.tsx";

const PERIODS = [
  ["", "since the scope began"],
  ["1", "the day before"],
  ["7", "the week before"],
  ["30", "the 30 days before"],
  ["365", "the year before"],
] as const;

/** The whole life of one endpoint. */
export function Page() {
  const { endpoint = "" } = useParams({ strict: false });
  const { at, instant, isNow } = useAsOf();
  const [filter, setFilter] = useUrlFilter(["days"]);
  const asked = endpointIn(endpoint);
  const query = useQuery({
    ...read("history.endpoint", {
      host: asked?.host ?? "",
      transport: asked?.transport ?? "tcp",
      port: asked?.port ?? 0,
      to: at,
      ...(filter.days === "" ? {} : { from: instant - Number(filter.days) * 864e5 }),
    }),
    enabled: asked !== undefined,
  });
  if (asked === undefined) {
    return (
      <PageFrame title="Endpoint">
        <Empty title="This is not an endpoint.">Write it as db-3:5432/tcp or [2001:db8::1]:443/tcp.</Empty>
      </PageFrame>
    );
  }
  return (
    <PageFrame
      title={`${asked.host} ${asked.transport}/${asked.port}`}
      about="Its states without holes, its services, the decisions about it, and its findings."
      actions={
        isNow && asked.transport === "tcp" ? <SweepNow targets={[asked.host]} ports={String(asked.port)} /> : null
      }
    >
      <FilterBar>
        <ChoiceFilter
          label="Period"
          value={filter.days}
          choices={PERIODS}
          onChange={(value) => setFilter("days", value)}
        />
      </FilterBar>
      <Loaded of={query}>
        {(answer) =>
          answer.endpoints.length === 0 ? (
            <Empty title="The record has no such endpoint in this period.">
              No address was in scope under this name.
            </Empty>
          ) : (
            answer.endpoints.map((life) => <Life key={life.address} life={life} answer={answer} at={instant} />)
          )
        }
      </Loaded>
      <SeenFrom host={asked.host} transport={asked.transport} port={asked.port} />
    </PageFrame>
  );
}

type EndpointLife = EndpointHistoryResult["endpoints"][number];

const KIND_OF_STATE: Readonly<Record<EndpointLife["states"][number]["state"], Kind>> = {
  open: "open",
  closed: "closed",
  filtered: "closed",
  "no-response": "silent",
  unreachable: "silent",
  unknown: "unknown",
};

function Life({
  life,
  answer,
  at,
}: {
  readonly life: EndpointLife;
  readonly answer: EndpointHistoryResult;
  readonly at: number;
}) {
  const from = Date.parse(answer.from);
  const to = Math.max(Date.parse(answer.to), from + 60_000);
  const latest = life.states.at(-1);
  return (
    <>
      <Panel
        title={`Life of ${life.address}`}
        aside={life.asset === undefined ? undefined : <AssetLink asset={life.asset} />}
      >
        <Chart
          draw={(layout) => timeline({ from, to, zone: ZONE, at, lanes: lanesOf(life, to) }, layout)}
          legend={{
            open: "open",
            closed: "closed or filtered",
            silent: "silent",
            unknown: "unknown: nobody looked in time",
            good: "authorized",
            bad: "not authorized",
          }}
        />
        <Facts
          of={{
            "State at that instant": latest === undefined ? "none" : <StateMark of={latest.state} />,
            "Open in all": span(life.openSeconds * 1_000),
            "Unknown in all":
              life.unknownSeconds === 0 ? "never" : `${span(life.unknownSeconds * 1_000)}: it may have been open`,
          }}
        />
      </Panel>
      <Columns>
        <Panel title="States">
          <ol reversed>
            {life.states.toReversed().map((state) => (
              <li key={state.from}>
                <StateMark of={state.state} /> from <Instant of={state.from} /> to <Instant of={state.to} />{" "}
                {state.sweep === undefined ? null : <SweepLink id={state.sweep} />}
              </li>
            ))}
          </ol>
        </Panel>
        <Panel title="Decisions">
          {life.authorizations.length === 0 ? (
            <Empty title="No port baseline was in force." />
          ) : (
            <ol reversed>
              {life.authorizations.toReversed().map((decision) => (
                <li key={decision.from}>
                  <strong>{OUTCOMES[decision.outcome]}</strong> from <Instant of={decision.from} /> to{" "}
                  <Instant of={decision.to} />
                  <br />
                  <span className="soft">
                    version {decision.version}, <ApprovedBy by={decision.approvedBy} at={decision.approvedAt} />
                    {decision.justification === undefined ? "" : `: ${decision.justification}`}
                  </span>
                </li>
              ))}
            </ol>
          )}
        </Panel>
      </Columns>
      {life.services.length === 0 ? null : <Services of={life.services} />}
      {life.findings.length === 0 ? null : (
        <Panel title="Findings">
          <ul>
            {life.findings.map(({ id, summary, status, openedAt }) => (
              <li key={id}>
                <Link to="/findings/$id" params={{ id: String(id) }}>
                  <bdi>{summary}</bdi>
                </Link>{" "}
                <span className="soft">
                  {status}, opened <Instant of={openedAt} />
                </span>
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}

const OUTCOMES = {
  authorized: "Authorized",
  expired: "Authorization expired",
  elsewhere: "Authorized, but not from here",
  none: "Not authorized",
} as const;

function lanesOf(life: EndpointLife, to: number): Lane[] {
  const spanOf = (from: string, until: string | undefined, kind: Kind, words: string): Span => ({
    from: Date.parse(from),
    to: until === undefined ? to : Date.parse(until),
    kind,
    title: `${words} from ${dateTime(from)}${until === undefined ? "" : ` to ${dateTime(until)}`}`,
  });
  return [
    {
      label: "state",
      spans: life.states.map(({ from, to: until, state }) => spanOf(from, until, KIND_OF_STATE[state], state)),
    },
    {
      label: "authorized",
      spans: life.authorizations.map(({ from, to: until, outcome }) =>
        spanOf(from, until, outcome === "authorized" ? "good" : "bad", OUTCOMES[outcome].toLowerCase()),
      ),
    },
    ...(life.services.length === 0
      ? []
      : [
          {
            label: "service",
            spans: life.services.map(({ from, to: until, identified }) =>
              spanOf(
                from,
                until,
                identified === undefined ? "unknown" : "open",
                identified === undefined
                  ? "not identified"
                  : [identified.service, identified.product, identified.version].filter(Boolean).join(" "),
              ),
            ),
          },
        ]),
  ];
}

function endpointIn(
  text: string,
): { readonly host: string; readonly port: number; readonly transport: "tcp" | "udp" } | undefined {
  const [, bracketed, plain, port, transport = "tcp"] =
    /^(?:\[([^\]]+)\]|([^[\]]+)):(\d{1,5})(?:\/(tcp|udp))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const number = Number(port);
  return host === undefined || !(number >= 1 && number <= 65_535)
    ? undefined
    : { host, port: number, transport: transport as "tcp" };
}
