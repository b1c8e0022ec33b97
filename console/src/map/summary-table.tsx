import { useMemo } from "react";
import { counted, count } from "../time/format.ts";
import type { Arranged, Group } from "./arrange.ts";
import type { MapCells } from "./cells.ts";
import { termText } from "./filter.ts";
import { figuresOf, type Figures } from "./summary.ts";
import styles from "./summary-table.module.css";

const COLUMNS = [
  ["authorized", "open, authorized", "authorized"],
  ["unauthorized", "not authorized", "unauthorized"],
  ["insecure", "insecure or outdated", "insecure"],
  ["unknown", "unknown, required", "unknown required"],
] as const;

/** The visible cells in figures; each figure narrows the map to what it counts. */
export function SummaryTable({
  map,
  arranged,
  group,
  onNarrow,
}: {
  readonly map: MapCells;
  readonly arranged: Arranged;
  readonly group: Group;
  readonly onNarrow: (words: string) => void;
}) {
  const figures = useMemo(() => figuresOf(map, arranged), [map, arranged]);
  return (
    <div className={styles["box"]}>
      <table className={styles["table"]}>
        <caption className="visually-hidden">Cells in view, counted</caption>
        <thead>
          <tr>
            <th scope="col">{group === "none" ? "all rows" : group}</th>
            <th scope="col">rows</th>
            {COLUMNS.map(([key, words]) => (
              <th key={key} scope="col">
                {words}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {figures.map((each) => (
            <tr key={each.name}>
              <th scope="row">
                <bdi>{group === "none" ? "all" : each.name === "" ? "none" : each.name}</bdi>
              </th>
              <td>{count(each.rows)}</td>
              {COLUMNS.map(([key, words, filter]) => (
                <td key={key}>
                  <Narrowing figures={each} of={key} words={words} filter={filter} group={group} onNarrow={onNarrow} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Narrowing({
  figures,
  of,
  words,
  filter,
  group,
  onNarrow,
}: {
  readonly figures: Figures;
  readonly of: (typeof COLUMNS)[number][0];
  readonly words: string;
  readonly filter: string;
  readonly group: Group;
  readonly onNarrow: (words: string) => void;
}) {
  const value = figures[of];
  if (value === 0) return "0";
  const name = group === "none" || figures.name === "" ? "" : ` ${termText(group, figures.name)}`;
  return (
    <button
      type="button"
      className={styles["figure"]}
      data-tone={of}
      aria-label={`${counted(value, "cell")} ${words}${figures.name === "" ? "" : ` in ${figures.name}`}: show only these`}
      onClick={() => onNarrow(`${filter}${name}`)}
    >
      {count(value)}
    </button>
  );
}
