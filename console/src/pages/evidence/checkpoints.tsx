import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call.ts";
import { read } from "../../api/query.ts";
import { Button } from "../../components/button.tsx";
import { Instant } from "../../components/instant.tsx";
import { Loaded } from "../../components/loading.tsx";
import { Empty, Panel } from "../../components/page.tsx";
import { ProblemNotice } from "../../components/problem-notice.tsx";
import { counted } from "../../time/format.ts";

/** The latest signed checkpoints, as text to keep elsewhere. */
export function Checkpoints({ maySign }: { readonly maySign: boolean }) {
  const client = useQueryClient();
  const query = useQuery({
    ...read("evidence.checkpoints", { limit: 10 }),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  const sign = useMutation({
    mutationFn: () => call("evidence.checkpoint"),
    onSuccess: () => client.invalidateQueries({ queryKey: ["evidence.checkpoints"] }),
  });
  const [copied, setCopied] = useState<number>();
  return (
    <Panel
      title="Signed checkpoints"
      aside={
        maySign ? (
          <Button disabled={sign.isPending} onClick={() => sign.mutate()}>
            Sign one now
          </Button>
        ) : undefined
      }
    >
      {sign.isError ? <ProblemNotice error={sign.error} /> : null}
      <Loaded of={query}>
        {({ checkpoints }) =>
          checkpoints.length === 0 ? (
            <Empty title="No checkpoint is signed yet." />
          ) : (
            <ul>
              {checkpoints.map(({ size, signedUpTo, note }) => (
                <li key={size}>
                  {counted(size, "entry", "entries")}
                  {signedUpTo === undefined ? null : (
                    <>
                      , the last of <Instant of={signedUpTo} />
                    </>
                  )}{" "}
                  <Button
                    kind="quiet"
                    onClick={() => void navigator.clipboard.writeText(note).then(() => setCopied(size))}
                  >
                    {copied === size ? "Copied" : "Copy the note"}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  );
}
