import { useQuery } from "@tanstack/react-query";
import { read } from "../../api/query.ts";
import { Facts } from "../../components/facts.tsx";
import { Instant } from "../../components/instant.tsx";
import { Loaded } from "../../components/loading.tsx";
import { PageFrame, Panel } from "../../components/page.tsx";

export function Page() {
  const query = useQuery(read("scope.get"));
  return (
    <PageFrame title="Scope" about="What Portolan scans, how often, and what it never scans.">
      <Loaded of={query}>
        {({ scope, document }) => (
          <Panel title={`Version ${scope.version}`}>
            <Facts of={{ Name: <bdi>{scope.name}</bdi>, Recorded: <Instant of={scope.recordedAt} /> }} />
            <pre>{document}</pre>
          </Panel>
        )}
      </Loaded>
    </PageFrame>
  );
}
