import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useId, useRef, useState } from "react";
import type { ScopeCheckResult } from "../../../../src/contract/index.ts";
import { call } from "../../api/call.ts";
import { Button } from "../../components/button.tsx";
import { Line } from "../../components/form.tsx";
import { LineDifference } from "../../components/line-difference.tsx";
import { Empty, Panel } from "../../components/page.tsx";
import { ProblemNotice } from "../../components/problem-notice.tsx";
import { counted } from "../../time/format.ts";
import { Effect } from "./effect.tsx";
import { positionOfLine } from "./position-of-line.ts";
import styles from "./scope.module.css";

/** After the last key, in milliseconds, the text is checked. */
const PAUSE = 500;

/** Changing portolan.yaml: checked while it is typed, put in force under one's own name. */
export function Change() {
  const begin = useMutation({ mutationFn: () => call("scope.check", {}) });
  const [saved, setSaved] = useState<string>();
  const begun = begin.data;
  return (
    <Panel
      title="Change"
      aside={
        begun === undefined ? (
          <Button disabled={begin.isPending} onClick={() => begin.mutate()}>
            {begin.isPending ? "Reading" : "Change the scope"}
          </Button>
        ) : (
          <Button onClick={() => begin.reset()}>Discard the change</Button>
        )
      }
    >
      {begin.isError ? <ProblemNotice error={begin.error} /> : null}
      {begun === undefined ? (
        <>
          {saved === undefined ? null : <p role="status">{saved}</p>}
          <p className="soft">
            The text of portolan.yaml on the server's machine. It is checked while you type; nothing is in force before
            you say so.
          </p>
        </>
      ) : (
        <Editor
          key={begun.replaces}
          begun={begun}
          onAgain={() => begin.mutate()}
          onSaved={(words) => {
            setSaved(words);
            begin.reset();
          }}
        />
      )}
    </Panel>
  );
}

function Editor({
  begun,
  onAgain,
  onSaved,
}: {
  readonly begun: ScopeCheckResult;
  readonly onAgain: () => void;
  readonly onSaved: (words: string) => void;
}) {
  const client = useQueryClient();
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(begun.document);
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(text), PAUSE);
    return () => window.clearTimeout(timer);
  }, [text]);
  const check = useQuery({
    queryKey: ["scope.check", settled],
    queryFn: ({ signal }) => call("scope.check", { document: settled }, { signal }),
    placeholderData: keepPreviousData,
    enabled: settled !== "",
  });
  const save = useMutation({
    mutationFn: () => call("scope.set", { document: text, replaces: begun.replaces, requestedBy: "console" }),
    async onSuccess({ scope, isNew }) {
      const words = isNew ? `Version ${scope.version} is in force.` : "Replaced. It means the same as before.";
      onSaved(`portolan.yaml was replaced. ${words}`);
      await client.invalidateQueries();
    },
  });
  const answer = check.data;
  const isCurrent = answer?.document === text && !check.isPlaceholderData;
  const isFree = isCurrent && answer.problems.length === 0 && text !== begun.document;
  const goTo = (line: number, column: number): void => {
    const at = positionOfLine(text, line, column);
    area.current?.focus();
    area.current?.setSelectionRange(at, at);
  };
  return (
    <div className={styles["editor"]}>
      <label htmlFor={id}>portolan.yaml</label>
      <textarea
        id={id}
        ref={area}
        rows={Math.min(30, Math.max(12, text.split("\n").length + 1))}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        aria-describedby={`${id}-problems`}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <div id={`${id}-problems`} role="status">
        {answer === undefined || answer.problems.length === 0 ? null : <Problems of={answer.problems} onGoTo={goTo} />}
        {text !== begun.document && !isCurrent && !check.isError ? <p className="soft">Checking</p> : null}
      </div>
      {check.isError ? <ProblemNotice error={check.error} onRetry={() => void check.refetch()} /> : null}
      {answer === undefined || answer.problems.length > 0 ? null : <Effect of={answer} />}
      <h3>Changed lines</h3>
      {text === begun.document ? <Empty title="None yet." /> : <LineDifference before={begun.document} after={text} />}
      {answer !== undefined && answer.replaces !== begun.replaces ? (
        <ProblemNotice
          error={
            new Error("Somebody changed portolan.yaml on its machine after you began. Your text cannot replace it.")
          }
        />
      ) : null}
      {save.isError ? <ProblemNotice error={save.error} /> : null}
      <Line>
        <Button kind="primary" disabled={!isFree || save.isPending} onClick={() => save.mutate()}>
          {save.isPending ? "Saving" : "Put in force"}
        </Button>
        {answer !== undefined && answer.replaces !== begun.replaces ? (
          <Button onClick={onAgain}>Drop my text, and begin with the file as it is now</Button>
        ) : null}
        {answer !== undefined && answer.refused.length > 0 && isFree ? (
          <span className="soft">
            The guard would refuse {counted(answer.refused.length, "range")}: a sweep of everything would send nothing.
          </span>
        ) : null}
      </Line>
    </div>
  );
}

function Problems({
  of,
  onGoTo,
}: {
  readonly of: ScopeCheckResult["problems"];
  readonly onGoTo: (line: number, column: number) => void;
}) {
  return (
    <ul className={styles["problems"]} aria-label="Problems">
      {of.map(({ line, column = 1, problem }, at) => (
        <li key={at}>
          {line === undefined ? null : <Button onClick={() => onGoTo(line, column)}>Line {line}</Button>}
          <bdi>{problem}</bdi>
        </li>
      ))}
    </ul>
  );
}
