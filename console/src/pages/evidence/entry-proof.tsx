import { useQuery } from "@tanstack/react-query";
import { read } from "../../api/query.ts";
import { Facts } from "../../components/facts.tsx";
import { Instant } from "../../components/instant.tsx";
import { Loaded } from "../../components/loading.tsx";
import { count } from "../../time/format.ts";

/** An entry as it was signed, with the proof that it is in the log. */
export function EntryProof({ index }: { readonly index: number }) {
  const query = useQuery({ ...read("evidence.entry", { index }), staleTime: Number.POSITIVE_INFINITY });
  return (
    <Loaded of={query}>
      {({ entry, inclusion }) => (
        <>
          <Facts
            of={{
              Type: <code>{entry.type}</code>,
              Recorded: <Instant of={entry.recordedAt} />,
              "Leaf hash": <code>{entry.leafHash}</code>,
              "In the tree of": `${count(inclusion.size)} entries`,
              "Root hash": <code>{inclusion.rootHash}</code>,
            }}
          />
          <details open>
            <summary>The entry</summary>
            <pre>{entry.body}</pre>
          </details>
          <details>
            <summary>Audit path, {inclusion.hashes.length} hashes (RFC 9162, section 2.1.3)</summary>
            <pre>{inclusion.hashes.join("\n")}</pre>
          </details>
          {inclusion.note === undefined ? (
            <p className="soft">No checkpoint of this size is signed yet.</p>
          ) : (
            <details>
              <summary>Signed checkpoint</summary>
              <pre>{inclusion.note}</pre>
            </details>
          )}
        </>
      )}
    </Loaded>
  );
}
