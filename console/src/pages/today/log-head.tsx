import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { read } from "../../api/query.ts";
import { Facts } from "../../components/facts.tsx";
import { Instant } from "../../components/instant.tsx";
import { Loaded } from "../../components/loading.tsx";
import { Panel } from "../../components/page.tsx";
import { count, counted } from "../../time/format.ts";

/** The head of the evidence log, and where its checkpoints are kept outside. */
export function LogHead() {
  const status = useQuery(read("status.get"));
  return (
    <Panel title="Evidence log" aside={<Link to="/evidence">log</Link>}>
      <Loaded of={status}>
        {({ log, publication = [] }) => (
          <Facts
            of={{
              Entries: (
                <>
                  {count(log.size)}
                  {log.signed === undefined ? ", none signed yet" : `, ${count(log.signed)} under a signed checkpoint`}
                </>
              ),
              "Last signed entry": log.signedAt === undefined ? "none" : <Instant of={log.signedAt} />,
              "Root hash": <code>{log.rootHash}</code>,
              Timestamp:
                log.attested?.timestamped === undefined ? undefined : (
                  <>
                    {count(log.attested.timestamped.size)} entries at <Instant of={log.attested.timestamped.at} />
                  </>
                ),
              Witnesses:
                log.attested === undefined || log.attested.witnesses.length === 0
                  ? undefined
                  : log.attested.witnesses.map(({ name, size }) => `${name}: ${count(size)} entries`).join(", "),
              Outside:
                publication.length === 0 ? (
                  <span className="soft">
                    Checkpoints are kept on this machine only, so a replaced log cannot be told from the true one.
                  </span>
                ) : (
                  <ul>
                    {publication.map(({ destination, size, sentAt, waiting, failing }) => (
                      <li key={destination}>
                        <bdi>{destination}</bdi>: {size === undefined ? "nothing yet" : `${count(size)} entries`}
                        {sentAt === undefined ? null : (
                          <>
                            , <Instant of={sentAt} ago />
                          </>
                        )}
                        {waiting === 0 ? null : `, ${counted(waiting, "checkpoint")} waiting`}
                        {failing === undefined ? null : `. Fails: ${failing.problem}`}
                      </li>
                    ))}
                  </ul>
                ),
            }}
          />
        )}
      </Loaded>
    </Panel>
  );
}
