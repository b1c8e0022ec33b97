import { useQuery } from "@tanstack/react-query";
import { read } from "../../api/query.ts";
import { Instant } from "../../components/instant.tsx";
import { Loaded } from "../../components/loading.tsx";
import { StateMark } from "../../components/marks.tsx";
import { Empty, Panel } from "../../components/page.tsx";
import { useAsOf } from "../../shell/as-of.ts";

/** Who sees the endpoint from where, and what its own machine reports. */
export function SeenFrom({
  host,
  transport,
  port,
}: {
  readonly host: string;
  readonly transport: "tcp" | "udp";
  readonly port: number;
}) {
  const { at } = useAsOf();
  const isAddress = /^[\d.]+$|:/.test(host);
  const { data: view } = useQuery({ ...read("history.at", { at, asset: host }), enabled: !isAddress, retry: false });
  const addresses = isAddress ? [host] : (view?.assets[0]?.addresses ?? []);
  return (
    <Panel title="Seen from">
      {addresses.slice(0, 16).map((address) => (
        <SeenAddress key={address} address={address} transport={transport} port={port} />
      ))}
    </Panel>
  );
}

function SeenAddress({
  address,
  transport,
  port,
}: {
  readonly address: string;
  readonly transport: "tcp" | "udp";
  readonly port: number;
}) {
  const { at } = useAsOf();
  const query = useQuery(read("exposure.get", { at, address, transport, port }));
  return (
    <Loaded of={query} lines={2}>
      {({ endpoints }) => {
        const [endpoint] = endpoints;
        if (endpoint === undefined) return <Empty title={`${address}: not seen from anywhere at that instant.`} />;
        return (
          <>
            <ul>
              {endpoint.seen.map(({ vantage, kind, state, lookedAt, allowed }) => (
                <li key={vantage}>
                  <StateMark of={state} /> from <bdi>{vantage}</bdi> <span className="soft">({kind})</span>
                  {lookedAt === undefined ? null : (
                    <>
                      , scanned <Instant of={lookedAt} />
                    </>
                  )}
                  {allowed === undefined ? null : allowed ? ", authorized from there" : ", not authorized from there"}
                </li>
              ))}
            </ul>
            <p className="soft">
              Its own machine:{" "}
              {endpoint.host.says === "unknown" ? "nothing on it can observe this" : endpoint.host.says}
              {endpoint.host.listeners === undefined
                ? ""
                : ` (${endpoint.host.listeners.map(({ address: on, process }) => `${process ?? "a process"} on ${on}`).join(", ")})`}
              . {endpoint.summary}
            </p>
          </>
        );
      }}
    </Loaded>
  );
}
