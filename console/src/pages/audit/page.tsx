import { PageFrame } from "../../components/page.tsx";
import { PickEndpoint } from "./pick-endpoint.tsx";
import { PickInstant } from "./pick-instant.tsx";
import { PickPeriod } from "./pick-period.tsx";
import { PickSample } from "./pick-sample.tsx";
import styles from "./audit.module.css";

/** The auditor's home: the four ways to ask, and nothing else in the way. */
export function Page() {
  return (
    <PageFrame
      title="Audit"
      about="Pick an instant, a period, an endpoint, or a sample. Everything here reads the record and changes nothing."
    >
      <div className={styles["picks"]}>
        <PickInstant />
        <PickEndpoint />
        <PickPeriod />
      </div>
      <PickSample />
    </PageFrame>
  );
}
