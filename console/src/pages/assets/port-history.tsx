import { timeline } from "@portolan/charts";
import { useQuery } from "@tanstack/react-query";
import { read } from "../../api/query.ts";
import { Chart } from "../../components/chart.tsx";
import { Loaded } from "../../components/loading.tsx";
import { Empty, Panel } from "../../components/page.tsx";
import { useAsOf } from "../../shell/as-of.ts";
import { counted } from "../../time/format.ts";
import { ZONE } from "../../time/zone.ts";
import { portLanes } from "./port-lanes.ts";

const WEEK = 7 * 864e5;
/** More lanes than this are no picture any more. */
const MOST_LANES = 40;

/** When each port of an asset was open, authorized or not, over seven days. */
export function PortHistory({ asset }: { readonly asset: string }) {
  const { at, instant } = useAsOf();
  const query = useQuery(read("exposure.intervals", { from: instant - WEEK, to: at, asset }));
  return (
    <Panel title="Ports over seven days">
      <Loaded of={query} lines={3}>
        {(answer) => {
          const own = answer.vantagePoints.find((point) => point.own) ?? answer.vantagePoints[0];
          const lanes = own === undefined ? [] : portLanes(answer, own.name);
          if (lanes.length === 0) return <Empty title="No port was seen open in these seven days." />;
          const range = { from: Date.parse(answer.from), to: Date.parse(answer.to), zone: ZONE };
          return (
            <>
              <Chart
                draw={(layout) => timeline({ ...range, lanes: lanes.slice(0, MOST_LANES) }, layout)}
                legend={{
                  good: "open, authorized",
                  bad: "open, not authorized",
                  warn: "open, no port baseline decided",
                  closed: "not open",
                  unknown: "unknown: nobody looked in time",
                }}
              />
              {lanes.length > MOST_LANES ? (
                <p className="soft">{counted(lanes.length - MOST_LANES, "more port")} are not drawn.</p>
              ) : null}
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}
