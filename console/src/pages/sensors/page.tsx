import { useQuery } from "@tanstack/react-query";
import { read } from "../../api/query.ts";
import { useMay } from "../../api/may.ts";
import { Facts } from "../../components/facts.tsx";
import { Instant } from "../../components/instant.tsx";
import { Loaded } from "../../components/loading.tsx";
import { Columns, PageFrame, Panel } from "../../components/page.tsx";
import { CopyButton, Row, Rows } from "../../components/form.tsx";
import { Permitted } from "../../components/permitted.tsx";
import { AliveMark } from "./alive-mark.tsx";
import { EnrolForm } from "./enrol-form.tsx";
import { SensorList } from "./sensor-list.tsx";
import styles from "./sensors.module.css";

const WORKER = "DATABASE_URL=postgresql://USER@HOST/DATABASE portolan worker --vantage NAME";

/** What observes: sensors on other machines, and the processes that sweep. */
export function Page() {
  const mayManage = useMay("sensors:manage");
  return (
    <PageFrame
      title="Sensors and workers"
      about="Who observes from where, and whether they are alive. While one is silent, what it observes becomes unknown, not closed."
    >
      <Permitted to="sensors:read">
        <Panel title="Sensors on other machines">
          <SensorList mayManage={mayManage} />
        </Panel>
        <Columns>
          {mayManage ? (
            <Panel title="Enrol a sensor">
              <EnrolForm />
            </Panel>
          ) : null}
          <Panel title="Add a worker">
            <p>
              A worker is another process that sweeps from its own machine, for one vantage point of the scope. It takes
              its share of the limits, so nothing is sent faster than the scope permits. On a machine that reaches the
              PostgreSQL database:
            </p>
            <pre className={styles["command"]}>{WORKER}</pre>
            <CopyButton text={WORKER} />
          </Panel>
        </Columns>
      </Permitted>
      <VantagePoints />
    </PageFrame>
  );
}

function VantagePoints() {
  const query = useQuery(read("status.get"));
  return (
    <Panel title="Vantage points and their processes">
      <Loaded of={query}>
        {({ vantagePoints = [] }) => (
          <Rows label="Vantage points">
            {vantagePoints.map(({ name, kind, own, targets, lastWorked, overdue, workers }) => (
              <Row
                key={name}
                actions={
                  <AliveMark state={overdue.length > 0 ? "late" : lastWorked === undefined ? "not yet" : "alive"} />
                }
              >
                <strong>
                  <bdi>{name}</bdi>
                </strong>{" "}
                <span className="soft">
                  {kind}
                  {own ? ", this installation" : ""}
                </span>
                <Facts
                  of={{
                    Targets: targets,
                    "Last sweep": lastWorked === undefined ? "none" : <Instant of={lastWorked} ago />,
                    Overdue: overdue.length === 0 ? "nothing" : <bdi>{overdue.join(", ")}</bdi>,
                    Processes:
                      workers.length === 0
                        ? "none"
                        : workers.map((worker) => (
                            <div key={worker.id}>
                              {worker.kind} <bdi>{worker.machine}</bdi>, process {worker.pid}, seen{" "}
                              <Instant of={worker.seenAt} ago />
                            </div>
                          )),
                  }}
                />
              </Row>
            ))}
          </Rows>
        )}
      </Loaded>
    </Panel>
  );
}
