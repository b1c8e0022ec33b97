import { Columns, PageFrame } from "../../components/page.tsx";
import { useAsOf } from "../../shell/as-of.ts";
import { Coverage } from "./coverage.tsx";
import { FirstSteps } from "./first-steps.tsx";
import { LogHead } from "./log-head.tsx";
import { NeedsYou } from "./needs-you.tsx";
import { Notices } from "./notices.tsx";
import { OpenFindings } from "./open-findings.tsx";
import { Watchers } from "./watchers.tsx";

/** What needs somebody now, what was covered, and who watches. */
export function Page() {
  const { isNow } = useAsOf();
  return (
    <PageFrame
      title={isNow ? "Today" : "That day"}
      about="Open findings, the last 24 hours of coverage, and who watches."
    >
      {isNow ? <Notices /> : null}
      {isNow ? <FirstSteps /> : null}
      <OpenFindings />
      <Columns>
        <NeedsYou />
        <Coverage />
      </Columns>
      {isNow ? (
        <Columns>
          <Watchers />
          <LogHead />
        </Columns>
      ) : null}
    </PageFrame>
  );
}
