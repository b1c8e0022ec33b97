import { useQuery } from "@tanstack/react-query";
import { useMay } from "../../api/may.ts";
import { read } from "../../api/query.ts";
import { DataTable, type TableColumn } from "../../components/data-table.tsx";
import { Instant } from "../../components/instant.tsx";
import { Loaded } from "../../components/loading.tsx";
import { Columns, PageFrame, Panel } from "../../components/page.tsx";
import { Permitted } from "../../components/permitted.tsx";
import type { RetentionResult } from "../../../../src/contract/index.ts";
import { count } from "../../time/format.ts";
import { HoldForm } from "./hold-form.tsx";
import { Holds } from "./holds.tsx";
import { KeepForm } from "./keep-form.tsx";

/** How long what is kept, and what legal holds keep from being deleted. */
export function Page() {
  const mayManage = useMay("retention:manage");
  const mayHold = useMay("hold:set");
  return (
    <PageFrame
      title="Retention"
      about="What is older than its time is deleted once a day, and the evidence log says what went. A legal hold keeps what it names."
    >
      <Permitted to="retention:read">
        <Policy />
        <Panel title="Legal holds">
          <Holds />
        </Panel>
        <Columns>
          {mayHold ? (
            <Panel title="Set a legal hold">
              <HoldForm />
            </Panel>
          ) : null}
          {mayManage ? (
            <Panel title="Change how long">
              <KeepForm />
            </Panel>
          ) : null}
        </Columns>
      </Permitted>
    </PageFrame>
  );
}

type Kind = RetentionResult["kinds"][number];

function Policy() {
  const query = useQuery(read("retention.show"));
  return (
    <Loaded of={query}>
      {({ policy, kinds, kept }) => (
        <Panel
          title="How long what is kept"
          aside={policy === undefined ? "the default: six years of everything" : `version ${policy.version}`}
        >
          {policy === undefined ? null : (
            <p>
              Set by <bdi>{policy.setBy}</bdi>, <Instant of={policy.setAt} />: <bdi>{policy.reason}</bdi>
            </p>
          )}
          <DataTable label="Kinds of record" rows={kinds} columns={COLUMNS} keyOf={({ kind }) => kind} />
          <br />
          <p className="soft">Never deleted: {kept.join("; ")}.</p>
        </Panel>
      )}
    </Loaded>
  );
}

const COLUMNS: readonly TableColumn<Kind>[] = [
  { id: "kind", header: "Kind", value: ({ kind }) => kind, cell: ({ kind }) => <strong>{kind}</strong> },
  { id: "about", header: "What it is", cell: ({ about }) => about },
  {
    id: "months",
    header: "Kept for",
    align: "end",
    value: ({ months }) => months,
    cell: ({ months }) => (months % 12 === 0 ? `${months / 12} years` : `${months} months`),
  },
  {
    id: "before",
    header: "Deleted if ended before",
    value: ({ cutOff }) => cutOff,
    cell: ({ cutOff }) => <Instant of={cutOff} />,
  },
  {
    id: "prunable",
    header: "To delete now",
    align: "end",
    value: ({ prunable }) => rowsIn(prunable),
    cell: ({ prunable }) => `${count(rowsIn(prunable))} rows`,
  },
  {
    id: "held",
    header: "Held",
    align: "end",
    value: ({ held }) => rowsIn(held),
    cell: ({ held }) => `${count(rowsIn(held))} rows`,
  },
  {
    id: "last",
    header: "Last deletion",
    value: ({ last }) => last?.at ?? "",
    cell: ({ last }) => (last === undefined ? <span className="soft">none</span> : <Instant of={last.at} />),
  },
];

function rowsIn({ rows }: Kind["prunable"]): number {
  return Object.values(rows).reduce((sum, each) => sum + each, 0);
}
