import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { SweepRecordResult } from "../../../../src/contract/index.ts";
import { read } from "../../api/query.ts";
import { Facts } from "../../components/facts.tsx";
import { Instant } from "../../components/instant.tsx";
import { Loaded } from "../../components/loading.tsx";
import { Verdict } from "../../components/marks.tsx";
import { Columns, PageFrame, Panel } from "../../components/page.tsx";
import { count, span } from "../../time/format.ts";

/** One sweep: its plan, its parameters, what it counted and how far it can be trusted. */
export function Page() {
  const { id } = useParams({ strict: false });
  const query = useQuery(read("sweeps.get", { id: Number(id) }));
  return (
    <PageFrame title={`Sweep ${id ?? ""}`} about="With this plan and seed, the sweep can be repeated exactly.">
      <Loaded of={query}>{(record) => <SweepRecord record={record} />}</Loaded>
    </PageFrame>
  );
}

type EndpointState = keyof NonNullable<SweepRecordResult["sweep"]["counts"]>;

const STATES: Readonly<Record<EndpointState, string>> = {
  open: "Open",
  closed: "Closed",
  filtered: "Filtered",
  "no-response": "No response",
  unreachable: "Unreachable",
  "not-scanned": "Not scanned",
};

/** What the parameters of an engine are called, with their units; others keep their own name. */
const PARAMETERS: Readonly<Record<string, string>> = {
  rate: "Probes per second",
  perHostRate: "Probes per second and host",
  retries: "Retries",
  timeout: "Timeout, ms",
  retryDelay: "Delay before a retry, ms",
  loopbackTimeout: "Timeout on loopback, ms",
  concurrency: "Probes at once",
};

function SweepRecord({ record: { sweep, ...record } }: { readonly record: SweepRecordResult }) {
  const { counts, recall, engineReport: report, endedAt } = sweep;
  return (
    <>
      <Columns>
        <Panel title="The run">
          <Facts
            of={{
              Verdict: <Verdict of={sweep.verdict ?? "running"} />,
              Reason: sweep.reason,
              Kind: sweep.kind,
              "Seen from": <bdi>{sweep.vantage}</bdi>,
              Started: <Instant of={sweep.startedAt} />,
              Ended: endedAt === undefined ? undefined : <Instant of={endedAt} />,
              Took: endedAt === undefined ? undefined : span(Date.parse(endedAt) - Date.parse(sweep.startedAt)),
              "Requested by": <bdi>{record.requestedBy}</bdi>,
              Targets: <bdi>{record.targets.join(", ")}</bdi>,
              "Scope version": record.scopeVersion,
            }}
          />
        </Panel>
        <Panel title="What it counted">
          <Facts
            of={{
              Planned: count(sweep.planned),
              ...Object.fromEntries(
                Object.entries(counts ?? {}).map(([state, number]) => [STATES[state as EndpointState], count(number)]),
              ),
            }}
          />
        </Panel>
      </Columns>
      <Columns>
        <Panel title="How far it can be trusted">
          <Facts
            of={{
              Recall:
                recall === undefined
                  ? "not measured: no endpoint was known to be open"
                  : `${count(recall.found)} of ${count(recall.canaries)} endpoints known to be open were found by the first probe: between ${(recall.low * 100).toFixed(1)} % and ${(recall.high * 100).toFixed(1)} % with 95 % confidence`,
              Loss: report === undefined ? undefined : `${(report.loss * 100).toFixed(2)} % of tries`,
              "Tries sent":
                report === undefined
                  ? undefined
                  : `${count(report.sent)}, of which ${count(report.retried)} after an endpoint's first`,
              "Lost on this machine": report === undefined ? undefined : count(report.dropped),
              "Round trip": report?.roundTrip === undefined ? undefined : `${report.roundTrip.toFixed(1)} ms`,
              "Doubtful hosts":
                report === undefined || report.doubtful.hosts === 0
                  ? undefined
                  : `${count(report.doubtful.hosts)}: their ${count(report.doubtful.endpoints)} silent endpoints may be closed`,
              Engine: sweep.engine,
            }}
          />
        </Panel>
        <Panel title="Plan">
          <Facts
            of={{
              Seed: <code>{record.seed === "" ? "not known: imported" : record.seed}</code>,
              "Plan digest": <code>{record.planDigest}</code>,
              ...Object.fromEntries(
                Object.entries(record.parameters).map(([name, value]) => [
                  PARAMETERS[name] ?? name,
                  typeof value === "number" ? count(value) : JSON.stringify(value),
                ]),
              ),
            }}
          />
          <details>
            <summary>The plan as recorded</summary>
            <pre>{JSON.stringify(record.plan, undefined, 2)}</pre>
          </details>
        </Panel>
      </Columns>
    </>
  );
}
