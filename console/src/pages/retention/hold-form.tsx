import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call.ts";
import { Problem } from "../../api/problem.ts";
import { Form, TextField } from "../../components/form.tsx";
import { readInstant } from "../../time/instant.ts";
import { serverNow } from "../../time/now.ts";

export function HoldForm() {
  const client = useQueryClient();
  const [asset, setAsset] = useState("");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [reason, setReason] = useState("");
  const hold = useMutation({
    mutationFn: async () =>
      await call("retention.hold", {
        ...(asset.trim() === "" ? {} : { asset: asset.trim() }),
        from: instantOf(from),
        ...(to.trim() === "" ? {} : { to: instantOf(to) }),
        reason: reason.trim(),
        requestedBy: "console",
      }),
    async onSuccess() {
      setAsset("");
      setFrom("");
      setTo("");
      setReason("");
      await client.invalidateQueries();
    },
  });
  return (
    <Form action="Set the hold" isPending={hold.isPending} error={hold.error} onSubmit={() => hold.mutate()}>
      <TextField label="Asset" hint="Empty: everything." value={asset} maxLength={200} onChange={setAsset} />
      <TextField label="From" hint="As -90d or 2026-03-01." required value={from} onChange={setFrom} />
      <TextField label="To" hint="Empty: until it is lifted." value={to} onChange={setTo} />
      <TextField
        label="Reason"
        placeholder="case 2026-17"
        required
        maxLength={1_000}
        value={reason}
        onChange={setReason}
      />
    </Form>
  );
}

function instantOf(text: string): number {
  const instant = readInstant(text, serverNow());
  if (instant !== undefined) return instant;
  throw new Problem({ detail: `"${text}" is not an instant.`, next: "Write -90d, 2026-03-01, or 2026-03-01 09:00." });
}
