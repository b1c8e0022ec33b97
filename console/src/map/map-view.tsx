import { Grid3x3, Table2 } from "lucide-react";
import { useCallback, useMemo, type ReactNode } from "react";
import { Button } from "../components/button.tsx";
import { ChoiceFilter, FilterBar } from "../components/filter-bar.tsx";
import { Empty, Panel } from "../components/page.tsx";
import { useUrlFilter } from "../shell/url-filter.ts";
import { counted } from "../time/format.ts";
import { arrange, GROUPS, type Arranged, type Group } from "./arrange.ts";
import { CellPanel } from "./cell-panel.tsx";
import { CellTable } from "./cell-table.tsx";
import { rowName, portName, wordsOf, type Axes, type MapCells } from "./cells.ts";
import { FilterField } from "./filter-field.tsx";
import { parseFilter } from "./filter.ts";
import { CHANGES, Legend, STATES, STATES_OF_TIME } from "./legend.tsx";
import styles from "./map-view.module.css";
import { Matrix, type Place } from "./matrix.tsx";
import { sceneOf } from "./scene.ts";
import { SummaryTable } from "./summary-table.tsx";
import { DIFFERENCES } from "./window.ts";

/**
 * A map with its filter, groups, vantage points, figures and the chosen cell; all of it in the URL. With `differences`,
 * its cells are those between two instants.
 */
export function MapView({
  map,
  label,
  differences,
  isFindingOpen,
  isOfPeriod = false,
  controls,
  children,
}: {
  readonly map: MapCells;
  /** What the map is about, and when: the name of the picture. */
  readonly label: string;
  readonly differences?: readonly Uint8Array[] | undefined;
  readonly isFindingOpen?: ((finding: number) => boolean) | undefined;
  /** Whether the map was folded from a period. */
  readonly isOfPeriod?: boolean;
  readonly controls?: ReactNode;
  /** Under the map. */
  readonly children?: ReactNode;
}) {
  const [url, setUrl] = useUrlFilter(["q", "group", "seen", "as", "cell"]);
  const { axes } = map;
  const group = GROUPS.find((each) => each === url.group) ?? "none";
  const filter = useMemo(() => parseFilter(url.q), [url.q]);
  const chosen = useMemo(() => chosenVantages(axes, url.seen), [axes, url.seen]);
  const arranged = useMemo(() => {
    const all = arrange(map, filter, group, chosen);
    return differences === undefined ? all : onlyDifferent(map, all, differences, group, chosen);
  }, [map, filter, group, chosen, differences]);
  const scene = useMemo(() => sceneOf(map, arranged, differences), [map, arranged, differences]);
  const focus = useMemo(() => placeOf(axes, arranged, url.cell), [axes, arranged, url.cell]);
  const describe = useCallback(
    (row: number, column: number, vantage: number) => {
      const at = row * axes.ports.length + column;
      const words = wordsOf(map.cells[vantage]?.[at] ?? 0);
      return differences === undefined ? words : `${DIFFERENCES[differences[vantage]?.[at] ?? 0] ?? ""}; now ${words}`;
    },
    [axes, map, differences],
  );
  const setFilter = useCallback((text: string) => setUrl("q", text), [setUrl]);
  const isTable = url.as === "table";
  const about = `${label} ${counted(arranged.rows, "row")} by ${counted(arranged.columns.length, "port")}, ${counted(arranged.matched, "cell")} match the filter.`;
  const chosenCell =
    focus === undefined ? undefined : { row: scene.rowOf[focus.line] ?? -1, column: scene.columnOf[focus.column] ?? 0 };
  return (
    <>
      <FilterBar>
        <FilterField value={url.q} problems={filter.problems} onChange={setFilter} />
        <ChoiceFilter
          label="Group by"
          value={group}
          choices={GROUPS.map((each) => [each, each === "type" ? "system type" : each] as const)}
          onChange={(value) => setUrl("group", value === "none" ? "" : value)}
        />
        {axes.vantagePoints.length < 2 ? null : (
          <ChoiceFilter
            label="Seen from"
            value={url.seen}
            choices={[
              ["", axes.vantagePoints[0]?.name ?? ""],
              ...axes.vantagePoints.slice(1).map(({ name }) => [name, name] as const),
              ["*", "all, side by side"],
            ]}
            onChange={(value) => setUrl("seen", value)}
          />
        )}
        <Button onClick={() => setUrl("as", isTable ? "" : "table")}>
          {isTable ? <Grid3x3 aria-hidden size={15} /> : <Table2 aria-hidden size={15} />}
          {isTable ? "Show as map" : "Show as table"}
        </Button>
        {controls}
      </FilterBar>
      {arranged.rows === 0 ? (
        <Empty title={differences === undefined ? "No cell matches." : "Nothing differs between the two instants."}>
          {url.q === "" ? "The record has nothing there at that instant." : "Change the filter above."}
        </Empty>
      ) : isTable ? (
        <CellTable map={map} arranged={arranged} />
      ) : (
        <Matrix
          label={about}
          axes={axes}
          arranged={arranged}
          scene={scene}
          focus={focus}
          onFocus={(place) => setUrl("cell", nameOfCell(axes, scene.rowOf, scene, place))}
          describe={describe}
        />
      )}
      {isTable ? null : <Legend of={differences === undefined ? (isOfPeriod ? STATES_OF_TIME : STATES) : CHANGES} />}
      {children}
      <div className={styles["below"]}>
        <Panel title="In figures">
          <SummaryTable
            map={map}
            arranged={arranged}
            group={group}
            onNarrow={(words) => setUrl("q", `${url.q} ${words}`.trim())}
          />
        </Panel>
        <CellPanel
          map={map}
          at={chosenCell === undefined || chosenCell.row < 0 ? undefined : chosenCell}
          {...(isFindingOpen === undefined ? {} : { isFindingOpen })}
        />
      </div>
      <Omitted axes={axes} />
    </>
  );
}

function Omitted({ axes: { omittedAddresses, omittedPorts } }: { readonly axes: Axes }) {
  if (omittedAddresses + omittedPorts === 0) return null;
  return (
    <p className="soft">
      {counted(omittedAddresses, "address", "addresses")} and {counted(omittedPorts, "open port")} are not on the map:
      it would be too large. The rows and columns with the most open ports are.
    </p>
  );
}

/** Only the rows and columns that differ, out of those that the filter keeps. */
function onlyDifferent(
  map: MapCells,
  arranged: Arranged,
  differences: readonly Uint8Array[],
  group: Group,
  chosen: readonly number[],
): Arranged {
  const width = map.axes.ports.length;
  const columns = new Set<number>();
  const rows = new Set<number>();
  for (const row of arranged.lines) {
    if (row < 0) continue;
    for (const vantage of arranged.vantages)
      for (const column of arranged.columns)
        if ((differences[vantage]?.[row * width + column] ?? 0) > 0) {
          rows.add(row);
          columns.add(column);
        }
  }
  const all = arrange(map, { terms: [], problems: [] }, group, chosen);
  const kept = [...all.lines].filter((line) => line >= 0 && rows.has(line));
  const lines = [...all.lines].filter((line, at) =>
    line >= 0 ? rows.has(line) : headsAny(all.lines, at, (row) => rows.has(row)),
  );
  return {
    ...all,
    groups: all.groups,
    lines: Int32Array.from(lines),
    columns: Int32Array.from([...columns].sort((a, b) => a - b)),
    vantages: arranged.vantages,
    rows: kept.length,
  };
}

function headsAny(lines: Int32Array, heading: number, isKept: (row: number) => boolean): boolean {
  for (let at = heading + 1; at < lines.length; at += 1) {
    const line = lines[at] ?? -1;
    if (line < 0) return false;
    if (isKept(line)) return true;
  }
  return false;
}

/** `*`: all; a name; absent: the installation's own. */
function chosenVantages({ vantagePoints }: Axes, from: string): number[] {
  if (from === "*") return vantagePoints.map((_, at) => at);
  const found = vantagePoints.findIndex(({ name }) => name === from);
  return vantagePoints.length === 0 ? [] : [Math.max(0, found)];
}

/** A cell in the URL: the name of its row, its address, its port, its vantage point. */
function nameOfCell(
  axes: Axes,
  rowOf: Int32Array,
  { columnOf, vantageOf }: { readonly columnOf: Int32Array; readonly vantageOf: Int32Array },
  { line, column }: Place,
): string {
  const row = rowOf[line] ?? -1;
  if (row < 0) return "";
  return [
    rowName(axes, row),
    axes.rows.addresses[row] ?? "",
    portName(axes, columnOf[column] ?? 0),
    axes.vantagePoints[vantageOf[column] ?? 0]?.name ?? "",
  ].join("~");
}

function placeOf(axes: Axes, { lines, columns, vantages }: Arranged, text: string): Place | undefined {
  if (text === "") return undefined;
  const [name = "", address = "", port = "", vantage = ""] = text.split("~");
  const line = lines.findIndex(
    (row) => row >= 0 && axes.rows.addresses[row] === address && rowName(axes, row) === name,
  );
  const column = columns.findIndex((each) => portName(axes, each) === port);
  const side = vantages.findIndex((each) => axes.vantagePoints[each]?.name === vantage);
  return line < 0 || column < 0 ? undefined : { line, column: column * vantages.length + Math.max(0, side) };
}
