import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { call } from "../../api/call.ts";
import { Button } from "../../components/button.tsx";
import { Panel } from "../../components/page.tsx";
import { ProblemNotice } from "../../components/problem-notice.tsx";
import { count, counted } from "../../time/format.ts";
import styles from "./baseline.module.css";
import { emptyFields, fillIn } from "./fill-in.ts";
import { Review } from "./review.tsx";

const FILE = "port-baseline.yaml";

/** A proposal from the ports that are open now: drafted, completed, checked and submitted here. */
export function Draft() {
  const client = useQueryClient();
  const [document, setDocument] = useState<string>();
  const begin = useMutation({
    mutationFn: () => call("baseline.propose"),
    onSuccess: ({ document: drafted }) => setDocument(drafted),
  });
  const check = useMutation({ mutationFn: (text: string) => call("baseline.check", { document: text, file: FILE }) });
  const submit = useMutation({
    mutationFn: (text: string) => call("baseline.submit", { document: text, file: FILE }),
    onSuccess: async () => {
      setDocument(undefined);
      check.reset();
      await client.invalidateQueries();
    },
  });
  return (
    <Panel
      title="Propose"
      aside={
        document === undefined ? (
          <Button disabled={begin.isPending} onClick={() => begin.mutate()}>
            {begin.isPending ? "Drafting" : "Draft from the open ports"}
          </Button>
        ) : (
          <Button onClick={() => setDocument(undefined)}>Discard the draft</Button>
        )
      }
    >
      {begin.isError ? <ProblemNotice error={begin.error} /> : null}
      {submit.isSuccess && document === undefined ? (
        <p role="status">Submitted. Another person has to approve it.</p>
      ) : document === undefined ? (
        <p className="soft">
          A draft keeps what is authorized and adds each port that is open and not authorized, with its owner and
          justification left empty. Leave out the ports that have no reason to be open, and close them.
        </p>
      ) : (
        <Editor
          text={document}
          drafted={begin.data?.proposed ?? 0}
          onChange={(text) => {
            setDocument(text);
            check.reset();
            submit.reset();
          }}
        >
          {check.isError ? <ProblemNotice error={check.error} /> : null}
          {submit.isError ? <ProblemNotice error={submit.error} /> : null}
          {check.data === undefined ? null : <Review review={check.data} />}
          <div className={styles["line"]}>
            <Button disabled={check.isPending} onClick={() => check.mutate(document)}>
              {check.isPending ? "Checking" : "Check"}
            </Button>
            <Button
              kind="primary"
              disabled={check.data === undefined || submit.isPending}
              onClick={() => submit.mutate(document)}
            >
              {submit.isPending ? "Submitting" : "Submit for approval"}
            </Button>
          </div>
        </Editor>
      )}
    </Panel>
  );
}

function Editor({
  text,
  drafted,
  onChange,
  children,
}: {
  readonly text: string;
  readonly drafted: number;
  readonly onChange: (text: string) => void;
  readonly children: React.ReactNode;
}) {
  const id = useId();
  return (
    <div className={styles["editor"]}>
      <p>
        {counted(drafted, "port")} added. Still without an owner: {count(emptyFields(text, "owner"))}; without a
        justification: {count(emptyFields(text, "justification"))}.
      </p>
      <div className={styles["line"]}>
        <Fill field="owner" label="Owner of all that have none" text={text} onChange={onChange} />
        <Fill field="justification" label="Justification of all that have none" text={text} onChange={onChange} />
      </div>
      <label htmlFor={id}>The document, as YAML</label>
      <textarea
        id={id}
        className={`${styles["document"]} mono`}
        rows={Math.min(28, text.split("\n").length + 1)}
        spellCheck={false}
        value={text}
        onChange={({ target }) => onChange(target.value)}
      />
      {children}
    </div>
  );
}

function Fill({
  field,
  label,
  text,
  onChange,
}: {
  readonly field: "owner" | "justification";
  readonly label: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
}) {
  const [value, setValue] = useState("");
  return (
    <form
      className={styles["fill"]}
      onSubmit={(event) => {
        event.preventDefault();
        if (value.trim() !== "") onChange(fillIn(text, field, value.trim()));
      }}
    >
      <label>
        {label}
        <input value={value} maxLength={200} onChange={({ target }) => setValue(target.value)} />
      </label>
      <Button type="submit">Fill in</Button>
    </form>
  );
}
