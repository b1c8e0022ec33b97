import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call.ts";
import { useMay } from "../../api/may.ts";
import { read } from "../../api/query.ts";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Form, Row, Rows, TextField } from "../../components/form.tsx";
import { Instant } from "../../components/instant.tsx";
import { Loaded } from "../../components/loading.tsx";
import { Empty } from "../../components/page.tsx";
import { AssetLink } from "../../components/record-links.tsx";

/** Legal holds, those that were lifted included. */
export function Holds() {
  const query = useQuery(read("retention.holds"));
  const mayLift = useMay("hold:lift");
  const [lifting, setLifting] = useState<number>();
  return (
    <Loaded of={query}>
      {({ holds }) => (
        <>
          {holds.length === 0 ? <Empty title="No legal hold was ever set." /> : null}
          <Rows label="Legal holds">
            {holds.map(({ hold, asset, from, to, reason, setBy, setAt, lifted }) => (
              <Row
                key={hold}
                actions={
                  lifted === undefined && mayLift ? (
                    <Button aria-label={`Lift hold ${hold}`} onClick={() => setLifting(hold)}>
                      Lift
                    </Button>
                  ) : undefined
                }
              >
                <strong>Hold {hold}</strong> of {asset === undefined ? "everything" : <AssetLink asset={asset} />}, from{" "}
                <Instant of={from} />
                {to === undefined ? ", until it is lifted" : ", to "}
                {to === undefined ? null : <Instant of={to} />}
                <div>
                  <bdi>{reason}</bdi>
                </div>
                <div className="soft">
                  set by <bdi>{setBy}</bdi>, <Instant of={setAt} />
                </div>
                {lifted === undefined ? null : (
                  <div className="soft">
                    lifted by <bdi>{lifted.by}</bdi>, <Instant of={lifted.at} />: <bdi>{lifted.reason}</bdi>
                  </div>
                )}
              </Row>
            ))}
          </Rows>
          {lifting === undefined ? null : <LiftDialog hold={lifting} onClose={() => setLifting(undefined)} />}
        </>
      )}
    </Loaded>
  );
}

function LiftDialog({ hold, onClose }: { readonly hold: number; readonly onClose: () => void }) {
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const lift = useMutation({
    mutationFn: () => call("retention.lift", { hold, reason: reason.trim(), requestedBy: "console" }),
    async onSuccess() {
      onClose();
      await client.invalidateQueries();
    },
  });
  return (
    <Dialog title={`Lift hold ${hold}`} onClose={onClose}>
      <p>What it keeps may then be deleted with the next pruning.</p>
      <Form action="Lift" kind="danger" isPending={lift.isPending} error={lift.error} onSubmit={() => lift.mutate()}>
        <TextField label="Reason" required maxLength={1_000} value={reason} onChange={setReason} />
      </Form>
    </Dialog>
  );
}
