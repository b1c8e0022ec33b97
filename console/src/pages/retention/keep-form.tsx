import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call, type CallRequest } from "../../api/call.ts";
import { Choices, CheckField, Field, Form, TextField } from "../../components/form.tsx";

type Kind = keyof NonNullable<CallRequest<"retention.set">["months"]>;
const KINDS: readonly Kind[] = ["sweeps", "intervals", "findings", "access"];

/** Another time for one kind of record. */
export function KeepForm() {
  const client = useQueryClient();
  const [kind, setKind] = useState<Kind>("sweeps");
  const [months, setMonths] = useState("72");
  const [reason, setReason] = useState("");
  const [isShort, setShort] = useState(false);
  const set = useMutation({
    mutationFn: () =>
      call("retention.set", {
        months: { [kind]: Number(months) },
        reason: reason.trim(),
        allowUnderAYear: isShort,
        requestedBy: "console",
      }),
    async onSuccess() {
      setReason("");
      await client.invalidateQueries();
    },
  });
  return (
    <Form action="Change" isPending={set.isPending} error={set.error} onSubmit={() => set.mutate()}>
      <Field label="Kind">
        <select value={kind} onChange={({ target }) => setKind(target.value as Kind)}>
          {KINDS.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </Field>
      <TextField
        label="Months"
        hint="Whole months of the calendar; 72 is six years."
        type="number"
        min={1}
        max={1_200}
        required
        value={months}
        onChange={setMonths}
      />
      <TextField label="Reason" required maxLength={1_000} value={reason} onChange={setReason} />
      {Number(months) < 12 ? (
        <Choices legend="Less than a year">
          <CheckField
            label="It is meant, although auditors commonly require twelve months."
            isChecked={isShort}
            onChange={setShort}
          />
        </Choices>
      ) : null}
      {set.isSuccess ? <p role="status">Version {set.data.version} is in force.</p> : null}
    </Form>
  );
}
