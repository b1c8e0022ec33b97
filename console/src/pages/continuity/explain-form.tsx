import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call, type CallRequest } from "../../api/call.ts";
import { Button } from "../../components/button.tsx";
import { ProblemNotice } from "../../components/problem-notice.tsx";
import styles from "./continuity.module.css";

type Cause = NonNullable<CallRequest<"gaps.explain">["cause"]>;

const CAUSES: Readonly<Record<Cause, string>> = {
  maintenance: "planned maintenance",
  power: "power",
  network: "the network between here and there",
  host: "the scanned host",
  capacity: "capacity of this installation",
  configuration: "its configuration",
  software: "a fault of software",
  other: "another cause",
};

/** Why nobody looked, in words. It names the exact times; another person has to accept it. */
export function ExplainForm({ gap }: { readonly gap: string }) {
  const client = useQueryClient();
  const [cause, setCause] = useState<Cause>("other");
  const [text, setText] = useState("");
  const [reference, setReference] = useState("");
  const [isEverything, setEverything] = useState(false);
  const explain = useMutation({
    mutationFn: () =>
      call("gaps.explain", {
        gap,
        cause,
        text: text.trim(),
        references: reference.trim() === "" ? [] : [reference.trim()],
        everything: isEverything,
      }),
    onSuccess: () => client.invalidateQueries(),
  });
  return (
    <form
      className={styles["explain"]}
      onSubmit={(event) => {
        event.preventDefault();
        explain.mutate();
      }}
    >
      <label>
        Cause
        <select value={cause} onChange={({ target }) => setCause(target.value as Cause)}>
          {Object.entries(CAUSES).map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <label>
        Why nobody looked
        <textarea required rows={3} maxLength={4_000} value={text} onChange={({ target }) => setText(target.value)} />
      </label>
      <label>
        Ticket or page, if there is one
        <input maxLength={500} value={reference} onChange={({ target }) => setReference(target.value)} />
      </label>
      <label className={styles["check"]}>
        <input type="checkbox" checked={isEverything} onChange={({ target }) => setEverything(target.checked)} /> For
        every other gap of that time, too
      </label>
      {explain.isError ? <ProblemNotice error={explain.error} /> : null}
      <Button type="submit" kind="primary" disabled={explain.isPending || text.trim() === ""}>
        Explain
      </Button>
    </form>
  );
}
