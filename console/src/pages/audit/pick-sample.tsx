import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { SampleResult } from "../../../../src/contract/index.ts";
import { call } from "../../api/call.ts";
import { Button } from "../../components/button.tsx";
import { DataTable, type TableColumn } from "../../components/data-table.tsx";
import { Facts } from "../../components/facts.tsx";
import { Instant } from "../../components/instant.tsx";
import { Empty, Panel } from "../../components/page.tsx";
import { ProblemNotice } from "../../components/problem-notice.tsx";
import { count } from "../../time/format.ts";
import { serverNow } from "../../time/now.ts";
import styles from "./audit.module.css";
import { readPeriod } from "./period.ts";

type Drawn = SampleResult["drawn"][number];

const POPULATIONS = [
  ["endpoints", "Open endpoints, at the end of the period"],
  ["findings", "Findings opened in the period"],
  ["approvals", "Approvals of the port baseline in the period"],
  ["target-days", "Days of targets in the period"],
] as const;

/** A draw without replacement that the auditor can repeat anywhere, because the seed is theirs. */
export function PickSample() {
  const [of, setOf] = useState<SampleResult["of"]>("endpoints");
  const [size, setSize] = useState("25");
  const [seed, setSeed] = useState("");
  const [from, setFrom] = useState("-90d");
  const [to, setTo] = useState("now");
  const period = readPeriod(from, to, serverNow());
  const draw = useMutation({
    mutationFn: () =>
      call("sample.draw", { of, size: Number(size), seed: seed.trim(), from: period.from ?? 0, to: period.to ?? 0 }),
  });
  return (
    <Panel title="A sample">
      <form
        className={styles["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          draw.mutate();
        }}
      >
        <div className={styles["fields"]}>
          <label>
            Population
            <select value={of} onChange={({ target }) => setOf(target.value as SampleResult["of"])}>
              {POPULATIONS.map(([value, words]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            </select>
          </label>
          <label>
            Size
            <input
              type="number"
              min={1}
              max={1000}
              required
              value={size}
              onChange={({ target }) => setSize(target.value)}
            />
          </label>
          <label>
            Your seed
            <input
              required
              maxLength={200}
              value={seed}
              spellCheck={false}
              placeholder="any text of yours"
              onChange={({ target }) => setSeed(target.value)}
            />
          </label>
          <label>
            From
            <input value={from} spellCheck={false} onChange={({ target }) => setFrom(target.value)} />
          </label>
          <label>
            To
            <input value={to} spellCheck={false} onChange={({ target }) => setTo(target.value)} />
          </label>
        </div>
        {period.problem === undefined ? null : (
          <p className={styles["problem"]} role="alert">
            {period.problem}
          </p>
        )}
        <div className={styles["actions"]}>
          <Button type="submit" kind="primary" disabled={draw.isPending || period.problem !== undefined}>
            {draw.isPending ? "Drawing" : "Draw the sample"}
          </Button>
        </div>
      </form>
      {draw.isError ? <ProblemNotice error={draw.error} /> : null}
      {draw.data === undefined ? null : <Sample of={draw.data} />}
    </Panel>
  );
}

function Sample({ of: sample }: { readonly of: SampleResult }) {
  const { drawn, population } = sample;
  return (
    <div role="status">
      <Facts
        of={{
          Drawn: `${count(drawn.length)} of ${count(population)}`,
          Period: (
            <>
              {sample.from === undefined ? "at " : <Instant of={sample.from} />}
              {sample.from === undefined ? null : " to "}
              <Instant of={sample.to} />
            </>
          ),
          "Seen from": sample.vantage === undefined ? undefined : <bdi>{sample.vantage}</bdi>,
          Seed: <bdi className="mono">{sample.seed}</bdi>,
          Population: <span className={styles["hash"]}>SHA-256 {sample.populationSha256}</span>,
          Method: sample.method,
        }}
      />
      {population === 0 ? (
        <Empty title="No occurrences in the period.">
          There is nothing to test, which is not a test that was passed.
        </Empty>
      ) : (
        <DataTable label="Sample" rows={drawn} columns={COLUMNS} keyOf={({ key }) => key} />
      )}
    </div>
  );
}

const COLUMNS: TableColumn<Drawn>[] = [
  { id: "key", header: "Item", value: ({ key }) => key, cell: (drawn) => <ItemLink of={drawn} /> },
  { id: "about", header: "As the record has it", value: ({ about }) => about, cell: ({ about }) => <bdi>{about}</bdi> },
  {
    id: "hash",
    header: "SHA-256 of seed and item",
    value: ({ sha256 }) => sha256,
    cell: ({ sha256 }) => <span className={styles["hash"]}>{sha256.slice(0, 16)}…</span>,
  },
];

function ItemLink({ of: { key, asset, finding } }: { readonly of: Drawn }) {
  if (finding !== undefined)
    return (
      <Link to="/findings/$id" params={{ id: String(finding) }}>
        {key}
      </Link>
    );
  if (asset !== undefined)
    return (
      <Link to="/endpoints/$endpoint" params={{ endpoint: key }}>
        <bdi>{key}</bdi>
      </Link>
    );
  return <bdi>{key}</bdi>;
}
