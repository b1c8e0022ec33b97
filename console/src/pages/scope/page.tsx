import { useQuery } from "@tanstack/react-query";
import { useMay } from "../../api/may.ts";
import { read } from "../../api/query.ts";
import { Facts } from "../../components/facts.tsx";
import { Instant } from "../../components/instant.tsx";
import { Loaded } from "../../components/loading.tsx";
import { PageFrame, Panel } from "../../components/page.tsx";
import { useAsOf } from "../../shell/as-of.ts";
import { counted } from "../../time/format.ts";
import { Change } from "./change.tsx";
import styles from "./scope.module.css";
import { Versions } from "./versions.tsx";

/** What may be scanned, how often and how fast; and what it never is. */
export function Page() {
  const { instant, isNow } = useAsOf();
  const mayChange = useMay("scope:change");
  return (
    <PageFrame
      title="Scope"
      about="What Portolan scans, how often and how fast. It never sends a packet to anything else."
    >
      <InForce at={isNow ? undefined : instant} />
      {isNow && mayChange ? <Change /> : null}
      <Versions until={isNow ? undefined : instant} />
    </PageFrame>
  );
}

function InForce({ at }: { readonly at: number | undefined }) {
  const query = useQuery(read("scope.get", at === undefined ? {} : { at }));
  return (
    <Panel title={at === undefined ? "In force" : "In force then"}>
      <Loaded of={query}>
        {({ scope, document, listFiles = [] }) => (
          <>
            <Facts
              of={{
                Name: <bdi>{scope.name}</bdi>,
                Version: scope.version,
                Recorded: (
                  <>
                    <Instant of={scope.recordedAt} />, by <bdi>{scope.recordedBy}</bdi>
                  </>
                ),
                Declares: `${counted(scope.targets, "target")}, ${counted(scope.assets, "asset")}`,
                "List files": listFiles.length === 0 ? undefined : <bdi>{listFiles.join(", ")}</bdi>,
                "SHA-256": <code>{scope.digest}</code>,
              }}
            />
            <details className={styles["document"]}>
              <summary>The document</summary>
              <pre>{document}</pre>
            </details>
          </>
        )}
      </Loaded>
    </Panel>
  );
}
