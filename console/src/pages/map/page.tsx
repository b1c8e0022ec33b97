import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { ExposureMapResult } from "../../../../src/contract/index.ts";
import { read } from "../../api/query.ts";
import { Instant } from "../../components/instant.tsx";
import { Loaded } from "../../components/loading.tsx";
import { Empty, PageFrame } from "../../components/page.tsx";
import { decodeMap } from "../../map/cells.ts";
import { MapView } from "../../map/map-view.tsx";
import { useAsOf } from "../../shell/as-of.ts";
import { dateTime } from "../../time/format.ts";

/** Every address by every port, at the instant of the page. */
export function Page() {
  const { at, instant, isNow } = useAsOf();
  const query = useQuery(read("exposure.map", { at }));
  return (
    <PageFrame
      title="Exposure map"
      about={
        isNow
          ? "Every address by every port: what is open, what is authorized, and what nobody looked at."
          : `Every address by every port, as of ${dateTime(instant)}.`
      }
      actions={<Link to="/time">Move through time</Link>}
    >
      <Loaded of={query} lines={12}>
        {(answer) =>
          answer.vantagePoints.length === 0 ? (
            <Empty title="No scope was in force at that instant, so nobody looked anywhere." />
          ) : (
            <DecodedMap answer={answer} />
          )
        }
      </Loaded>
    </PageFrame>
  );
}

function DecodedMap({ answer }: { readonly answer: ExposureMapResult }) {
  const map = useMemo(() => decodeMap(answer), [answer]);
  return (
    <MapView map={map} label={`Exposure map as of ${dateTime(answer.at)}.`}>
      {answer.boundSince === undefined ? null : (
        <p className="soft">
          The log binds this answer since <Instant of={answer.boundSince} />: it rests on rows as they stood then.
        </p>
      )}
    </MapView>
  );
}
