import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleSlash, TriangleAlert } from "lucide-react";
import type { ConfigResult, DoctorResult } from "../../../../src/contract/index.ts";
import { send } from "../../api/call.ts";
import { Button } from "../../components/button.tsx";
import { DataTable, type TableColumn } from "../../components/data-table.tsx";
import { Row, Rows } from "../../components/form.tsx";
import { Loaded } from "../../components/loading.tsx";
import { Mark } from "../../components/marks.tsx";
import { Empty, PageFrame, Panel } from "../../components/page.tsx";
import { Permitted } from "../../components/permitted.tsx";

/** What the server's machine can do, and what is configured. */
export function Page() {
  return (
    <PageFrame
      title="Settings and doctor"
      about="The configuration in force, and what the machine of the server can do. Both change on that machine, not here."
    >
      <Permitted to="metrics:read">
        <Doctor />
        <Configuration />
      </Permitted>
    </PageFrame>
  );
}

function Doctor() {
  const query = useQuery({
    queryKey: ["doctor"],
    queryFn: async ({ signal }) => (await send("GET", "/api/v1/doctor", undefined, { signal })) as DoctorResult,
    staleTime: Infinity,
  });
  return (
    <Panel
      title="Doctor"
      aside={
        <Button disabled={query.isFetching} onClick={() => void query.refetch()}>
          {query.isFetching ? "Checking" : "Check again"}
        </Button>
      }
    >
      <Loaded of={query} lines={8}>
        {({ checks }) => (
          <Rows label="Checks">
            {checks.map(({ name, verdict, detail, fix }) => (
              <Row key={name} actions={<VerdictMark of={verdict} />}>
                <strong>{name}</strong>
                <div>
                  <bdi>{detail}</bdi>
                </div>
                {fix === undefined ? null : (
                  <div className="soft">
                    Next: <bdi>{fix}</bdi>
                  </div>
                )}
              </Row>
            ))}
          </Rows>
        )}
      </Loaded>
    </Panel>
  );
}

type Setting = ConfigResult["settings"][number];

function Configuration() {
  const query = useQuery({
    queryKey: ["configuration"],
    queryFn: async ({ signal }) => (await send("GET", "/api/v1/configuration", undefined, { signal })) as ConfigResult,
  });
  return (
    <Panel title="Configuration in force">
      <Loaded of={query} lines={10}>
        {({ file, settings, warnings }) => (
          <>
            <p className="soft">
              {file === undefined ? (
                "No configuration file was read."
              ) : (
                <>
                  Read from <bdi className="mono">{file}</bdi>, environment variables and options.
                </>
              )}{" "}
              Of a secret, this page knows only that it is set.
            </p>
            {warnings.map((warning) => (
              <p key={warning} role="status">
                <bdi>{warning}</bdi>
              </p>
            ))}
            {settings.length === 0 ? (
              <Empty title="This server states no settings." />
            ) : (
              <DataTable label="Settings" rows={settings} columns={COLUMNS} keyOf={({ key }) => key} />
            )}
          </>
        )}
      </Loaded>
    </Panel>
  );
}

const COLUMNS: readonly TableColumn<Setting>[] = [
  { id: "key", header: "Setting", value: ({ key }) => key, cell: ({ key }) => <code>{key}</code> },
  { id: "value", header: "Value", value: textOf, cell: (setting) => <bdi>{textOf(setting) || "not set"}</bdi> },
  {
    id: "source",
    header: "From",
    value: ({ source }) => source.kind,
    cell: ({ source }) => <bdi>{source.kind === "default" ? "default" : `${SOURCES[source.kind]} ${source.name}`}</bdi>,
  },
];

const SOURCES = { option: "option", environment: "variable", file: "file" } as const;

function textOf({ value }: Setting): string {
  return value === undefined ? "" : Array.isArray(value) ? value.join(", ") : String(value);
}

function VerdictMark({ of }: { readonly of: DoctorResult["checks"][number]["verdict"] }) {
  switch (of) {
    case "ok":
      return (
        <Mark tone="good" icon={<CircleCheck aria-hidden size={15} />}>
          ok
        </Mark>
      );
    case "limited":
      return (
        <Mark tone="warn" icon={<TriangleAlert aria-hidden size={15} />}>
          limited
        </Mark>
      );
    case "broken":
      return (
        <Mark tone="bad" icon={<CircleSlash aria-hidden size={15} />}>
          broken
        </Mark>
      );
  }
}
