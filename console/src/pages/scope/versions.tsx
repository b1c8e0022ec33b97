import { useQuery } from "@tanstack/react-query";
import type { ScopesResult } from "../../../../src/contract/index.ts";
import { read } from "../../api/query.ts";
import { DataTable, type TableColumn } from "../../components/data-table.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Instant } from "../../components/instant.tsx";
import { LineDifference } from "../../components/line-difference.tsx";
import { Loaded } from "../../components/loading.tsx";
import { Empty, Panel } from "../../components/page.tsx";
import { useUrlFilter } from "../../shell/url-filter.ts";
import { count } from "../../time/format.ts";

type Version = ScopesResult["versions"][number];

/** As many as one request answers; the command line pages through all. */
const MOST = 200;

/** Every scope that was in force until an instant, and what each changed; undefined: until now. */
export function Versions({ until }: { readonly until: number | undefined }) {
  const query = useQuery(read("scope.versions", { limit: MOST }));
  const [filter, setFilter] = useUrlFilter(["version"]);
  const opened = Number(filter.version);
  return (
    <Panel title="Versions">
      <Loaded of={query}>
        {({ versions, next }) => {
          const known = versions.filter(({ recordedAt }) => until === undefined || Date.parse(recordedAt) <= until);
          return (
            <>
              {known.length === 0 ? (
                <Empty title="None was recorded by then." />
              ) : (
                <DataTable
                  label="Versions"
                  rows={known}
                  columns={COLUMNS}
                  keyOf={({ version }) => String(version)}
                  onOpen={({ version }) => setFilter("version", String(version))}
                />
              )}
              {next === undefined ? null : <p className="soft">Only the latest {count(MOST)} are listed.</p>}
            </>
          );
        }}
      </Loaded>
      {opened >= 1 ? <VersionDialog version={opened} onClose={() => setFilter("version", "")} /> : null}
    </Panel>
  );
}

const COLUMNS: readonly TableColumn<Version>[] = [
  { id: "version", header: "Version", value: ({ version }) => version, cell: ({ version }) => <span>{version}</span> },
  {
    id: "recorded",
    header: "In force since",
    value: ({ recordedAt }) => recordedAt,
    cell: ({ recordedAt }) => <Instant of={recordedAt} />,
  },
  {
    id: "by",
    header: "Recorded by",
    value: ({ recordedBy }) => recordedBy,
    cell: ({ recordedBy }) => <bdi>{recordedBy}</bdi>,
  },
  { id: "name", header: "Name", value: ({ name }) => name, cell: ({ name }) => <bdi>{name}</bdi> },
  {
    id: "targets",
    header: "Targets",
    align: "end",
    value: ({ targets }) => targets,
    cell: ({ targets }) => count(targets),
  },
  { id: "assets", header: "Assets", align: "end", value: ({ assets }) => assets, cell: ({ assets }) => count(assets) },
];

function VersionDialog({ version, onClose }: { readonly version: number; readonly onClose: () => void }) {
  const query = useQuery(read("scope.version", { version }));
  const before = useQuery({ ...read("scope.version", { version: version - 1 }), enabled: version > 1 });
  return (
    <Dialog title={`Version ${version} of the scope`} onClose={onClose}>
      <Loaded of={query}>
        {({ document }) =>
          version === 1 ? (
            <>
              <p className="soft">The first version. Its document:</p>
              <pre>{document}</pre>
            </>
          ) : (
            <Loaded of={before}>
              {(earlier) => (
                <>
                  <p className="soft">Compared with version {version - 1}:</p>
                  <LineDifference before={earlier.document} after={document} />
                </>
              )}
            </Loaded>
          )
        }
      </Loaded>
    </Dialog>
  );
}
