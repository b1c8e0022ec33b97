import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleHelp, TriangleAlert } from "lucide-react";
import { meQuery } from "../../api/account.ts";
import { read } from "../../api/query.ts";
import { Instant } from "../../components/instant.tsx";
import { Loaded } from "../../components/loading.tsx";
import { Mark, Verdict } from "../../components/marks.tsx";
import { Panel } from "../../components/page.tsx";
import { count, counted, span } from "../../time/format.ts";
import styles from "./today.module.css";

/** Vantage points, sensors and the sweeps under way: alive, late or silent. */
export function Watchers() {
  const status = useQuery(read("status.get"));
  const { data: me } = useQuery(meQuery);
  const mayRead = me?.may.includes("sensors:read") === true;
  const { data: sensors } = useQuery({ ...read("sensors.list"), enabled: mayRead });
  return (
    <Panel title="Who watches" aside={<Link to="/sweeps">sweeps</Link>}>
      <Loaded of={status}>
        {({ running, targets, vantagePoints = [] }) => (
          <ul className={styles["list"]}>
            {vantagePoints.map(({ name, kind, lastWorked, overdue, workers, sample }) => (
              <li key={name}>
                {overdue.length === 0 && lastWorked !== undefined ? <Alive /> : <Late />}
                <div>
                  <bdi>{name}</bdi> <span className="soft">({kind})</span>
                  <p className="soft">
                    {lastWorked === undefined ? (
                      "no sweep yet"
                    ) : (
                      <>
                        last sweep ended <Instant of={lastWorked} ago />
                      </>
                    )}
                    {overdue.length === 0 ? "" : `, overdue: ${overdue.join(", ")}`}
                    {workers.length === 0 ? "" : `, ${counted(workers.length, "process", "processes")}`}
                  </p>
                  {sample === undefined ? null : (
                    <p className="soft">
                      A new port among the {count(sample.mostUsed.ports)} most used is found after{" "}
                      {span(sample.mostUsed.mean * 1_000)} on average, {span(sample.mostUsed.atMost * 1_000)} at most
                      {sample.late ? ", but no slice began in time: not kept now" : ""}.
                    </p>
                  )}
                </div>
              </li>
            ))}
            {(sensors?.sensors ?? [])
              .filter(({ state }) => state !== "revoked")
              .map(({ name, state, lastReportAt }) => (
                <li key={name}>
                  {state === "reporting" ? <Alive /> : <Late word={state} />}
                  <div>
                    Sensor <bdi>{name}</bdi>
                    <p className="soft">
                      {lastReportAt === undefined ? (
                        "no report yet"
                      ) : (
                        <>
                          last report <Instant of={lastReportAt} ago />
                        </>
                      )}
                    </p>
                  </div>
                </li>
              ))}
            {running.map(({ id, startedAt, planned }) => (
              <li key={id}>
                <Verdict of="running" />
                <div>
                  <Link to="/sweeps/$id" params={{ id: String(id) }}>
                    Sweep {id}
                  </Link>
                  <p className="soft">
                    {count(planned)} endpoints, since <Instant of={startedAt} ago />
                  </p>
                </div>
              </li>
            ))}
            {targets
              .filter(({ overdue }) => overdue)
              .map(({ name, cadence }) => (
                <li key={`target ${name}`}>
                  <Late word="overdue" />
                  <div>
                    Target <bdi>{name}</bdi> <span className="soft">is to be swept every {cadence}</span>
                  </div>
                </li>
              ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  );
}

function Alive() {
  return (
    <Mark tone="good" icon={<CircleCheck aria-hidden size={15} />}>
      alive
    </Mark>
  );
}

function Late({ word = "late" }: { readonly word?: string }) {
  const Icon = word === "late" || word === "overdue" ? TriangleAlert : CircleHelp;
  return (
    <Mark tone="warn" icon={<Icon aria-hidden size={15} />}>
      {word}
    </Mark>
  );
}
