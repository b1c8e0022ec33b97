import { useMemo } from "react";
import { DataTable, type TableColumn } from "../components/data-table.tsx";
import { AssetLink } from "../components/record-links.tsx";
import { count } from "../time/format.ts";
import type { Arranged } from "./arrange.ts";
import {
  CODE_BITS,
  isOpen,
  isUnauthorized,
  portName,
  rowName,
  traitOf,
  UNKNOWN,
  wordsOf,
  type MapCells,
} from "./cells.ts";

interface RowCells {
  readonly row: number;
  readonly name: string;
  readonly isDeclared: boolean;
  readonly address: string;
  readonly segment: string;
  readonly type: string;
  readonly owner: string;
  readonly open: readonly string[];
  readonly unauthorized: number;
  readonly unknown: number;
}

/** The same rows and columns as the map, in words: for a screen reader, for the browser's search, for print. */
export function CellTable({ map, arranged }: { readonly map: MapCells; readonly arranged: Arranged }) {
  const rows = useMemo(() => rowsOf(map, arranged), [map, arranged]);
  return <DataTable label="Cells of the map" rows={rows} columns={COLUMNS} keyOf={({ row }) => String(row)} />;
}

function rowsOf({ axes, cells }: MapCells, { lines, columns, vantages, matches }: Arranged): RowCells[] {
  const width = axes.ports.length;
  const isSplit = vantages.length > 1;
  return [...lines]
    .filter((row) => row >= 0)
    .map((row) => {
      const open: string[] = [];
      const allowed: string[] = [];
      let [unauthorized, unknown] = [0, 0];
      for (const column of columns) {
        for (const vantage of vantages) {
          const cell = cells[vantage]?.[row * width + column] ?? 0;
          if (matches[cell] === 0) continue;
          if ((cell & CODE_BITS) === UNKNOWN) unknown += 1;
          if (!isOpen(cell)) continue;
          if (isUnauthorized(cell)) unauthorized += 1;
          const from = isSplit ? ` from ${axes.vantagePoints[vantage]?.name ?? ""}` : "";
          // What needs somebody comes first.
          (isUnauthorized(cell) ? open : allowed).push(
            `${portName(axes, column)}${from}: ${wordsOf(cell).replace(/^open, /, "")}`,
          );
        }
      }
      return {
        row,
        name: rowName(axes, row),
        isDeclared: axes.rows.declared[row] === 1,
        address: axes.rows.addresses[row] ?? "",
        segment: traitOf(axes, "segment", row),
        type: traitOf(axes, "systemType", row),
        owner: traitOf(axes, "owner", row),
        open: [...open, ...allowed],
        unauthorized,
        unknown,
      };
    });
}

const MOST_NAMED = 12;

const COLUMNS: readonly TableColumn<RowCells>[] = [
  {
    id: "asset",
    header: "Asset",
    value: ({ name }) => name,
    cell: ({ name, isDeclared }) => (isDeclared ? <AssetLink asset={name} /> : <bdi>{name}</bdi>),
  },
  {
    id: "address",
    header: "Address",
    value: ({ address }) => address,
    cell: ({ address }) => <span className="mono">{address === "" ? "not known" : address}</span>,
  },
  {
    id: "open",
    header: "Open ports",
    value: ({ open }) => open.length,
    cell: ({ open }) =>
      open.length === 0
        ? "none known"
        : `${open.slice(0, MOST_NAMED).join("; ")}${open.length > MOST_NAMED ? `; and ${count(open.length - MOST_NAMED)} more` : ""}`,
  },
  {
    id: "unauthorized",
    header: "Not authorized",
    align: "end",
    value: ({ unauthorized }) => unauthorized,
    cell: ({ unauthorized }) => count(unauthorized),
  },
  {
    id: "unknown",
    header: "Unknown",
    align: "end",
    value: ({ unknown }) => unknown,
    cell: ({ unknown }) => count(unknown),
  },
  { id: "segment", header: "Segment", value: ({ segment }) => segment, cell: ({ segment }) => <bdi>{segment}</bdi> },
  { id: "type", header: "System type", value: ({ type }) => type, cell: ({ type }) => <bdi>{type}</bdi> },
  { id: "owner", header: "Owner", value: ({ owner }) => owner, cell: ({ owner }) => <bdi>{owner}</bdi> },
];
