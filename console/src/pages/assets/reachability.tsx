import { useQueries } from "@tanstack/react-query";
import type { ExposureResult } from "../../../../src/contract/index.ts";
import { read } from "../../api/query.ts";
import { DataTable, type TableColumn } from "../../components/data-table.tsx";
import { Loaded } from "../../components/loading.tsx";
import { Empty, Panel } from "../../components/page.tsx";
import { EndpointLink } from "../../components/record-links.tsx";
import { useAsOf } from "../../shell/as-of.ts";

/** An asset may have a network of addresses; each is a question of its own. */
const MOST_ADDRESSES = 16;

/** Which program listens on each open endpoint, as its own machine reports, and from where it can be reached. */
export function Reachability({ addresses }: { readonly addresses: readonly string[] }) {
  const { at } = useAsOf();
  const asked = addresses.slice(0, MOST_ADDRESSES);
  const answers = useQueries({ queries: asked.map((address) => read("exposure.get", { at, address })) });
  const answer = answers.find(({ data }) => data === undefined) ?? answers[0];
  const endpoints = answers.flatMap(({ data }) => data?.endpoints ?? []);
  if (answer === undefined) return null;
  return (
    <Panel
      title="Processes, and from where they can be reached"
      aside={
        addresses.length > MOST_ADDRESSES ? `the first ${MOST_ADDRESSES} of ${addresses.length} addresses` : undefined
      }
    >
      <Loaded of={answer} lines={3}>
        {() =>
          endpoints.length === 0 ? (
            <Empty title="Nothing was seen open from anywhere at that instant." />
          ) : (
            <DataTable
              label="Processes"
              rows={endpoints}
              columns={COLUMNS}
              keyOf={({ address, transport, port }) => `${address} ${transport} ${port}`}
            />
          )
        }
      </Loaded>
    </Panel>
  );
}

type Endpoint = ExposureResult["endpoints"][number];

const COLUMNS: readonly TableColumn<Endpoint>[] = [
  {
    id: "endpoint",
    header: "Endpoint",
    value: ({ port }) => port,
    cell: ({ address, transport, port }) => <EndpointLink host={address} transport={transport} port={port} />,
  },
  {
    id: "process",
    header: "On its own machine",
    value: ({ host }) => processOf(host),
    cell: ({ host }) => <bdi>{processOf(host)}</bdi>,
  },
  { id: "open", header: "Open from", cell: ({ openFrom }) => <bdi>{openFrom.join(", ") || "nowhere"}</bdi> },
  { id: "wrong", header: "Not allowed from", cell: ({ wrongFrom }) => <bdi>{wrongFrom.join(", ")}</bdi> },
  { id: "unknown", header: "Unknown from", cell: ({ unknownFrom }) => <bdi>{unknownFrom.join(", ")}</bdi> },
];

function processOf({ says, listeners }: Endpoint["host"]): string {
  if (says === "unknown") return "unknown: nothing on it reports";
  if (listeners === undefined) return says === "listening" ? "listening" : "not listening";
  return listeners.map(({ address, process }) => `${process ?? "unknown process"} on ${address}`).join(", ");
}
