import {
  columnVisibilityFeature,
  createSortedRowModel,
  rowSelectionFeature,
  rowSortingFeature,
  tableFeatures,
  useTable,
  type ColumnDef,
  type ColumnVisibilityState,
  type RowData,
  type RowSelectionState,
  type SortingState,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp, ChevronsUpDown, Columns3 } from "lucide-react";
import { useMemo, useRef, useState, type ReactNode } from "react";
import { useShortcuts } from "../shell/shortcuts.ts";
import { count, counted } from "../time/format.ts";
import { useUrlFilter } from "../shell/url-filter.ts";
import { Disclosure } from "./disclosure.tsx";
import { readColumns, readSort, writeColumns, writeSort } from "./table-state.ts";
import styles from "./data-table.module.css";

/** Tables that are longer draw only the rows in view, and say which ones. */
const DRAWN_WHOLE = 150;
const ROW_HEIGHT = 38;

const features = tableFeatures({
  rowSortingFeature,
  columnVisibilityFeature,
  rowSelectionFeature,
  sortedRowModel: createSortedRowModel(),
});

export interface TableColumn<Row> {
  readonly id: string;
  readonly header: string;
  /** What the column is sorted by; absent: it cannot be. */
  readonly value?: (row: Row) => string | number;
  readonly cell: (row: Row) => ReactNode;
  readonly align?: "end";
  /** Hidden until somebody chooses it. */
  readonly isHidden?: boolean;
}

export interface TableSelection {
  readonly keys: ReadonlySet<string>;
  readonly onChange: (keys: ReadonlySet<string>) => void;
}

/**
 * A table of any length: sorted by its headers, columns chosen by the reader, rows by `j`, `k`, `x` and Enter. The row that has
 * the focus stays drawn when it is scrolled away.
 */
export function DataTable<Row extends RowData>({
  label,
  columns,
  rows,
  keyOf,
  onOpen,
  selection,
  sort: initialSort = [],
  onSort,
  isInUrl = false,
}: {
  readonly label: string;
  readonly columns: readonly TableColumn<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly onOpen?: ((row: Row) => void) | undefined;
  readonly selection?: TableSelection | undefined;
  readonly sort?: SortingState;
  readonly onSort?: (sort: SortingState) => void;
  /** The main table of a page: its sort and columns are part of the address. */
  readonly isInUrl?: boolean;
}) {
  const [ownSort, setOwnSort] = useState<SortingState>(initialSort);
  const [url, setUrl] = useUrlFilter(["sort", "columns"]);
  const ids = useMemo(() => columns.map(({ id }) => id), [columns]);
  const urlSort = useMemo(() => (isInUrl ? readSort(url.sort, ids) : []), [isInUrl, url.sort, ids]);
  const sort = onSort !== undefined ? initialSort : urlSort.length > 0 ? urlSort : ownSort;
  const own = useMemo(() => columns.filter(({ isHidden }) => isHidden !== true).map(({ id }) => id), [columns]);
  const [chosen, setChosen] = useState<ColumnVisibilityState>();
  const visibility = useMemo((): ColumnVisibilityState => {
    const shown = isInUrl ? readColumns(url.columns, ids) : undefined;
    if (shown === undefined && chosen !== undefined && !isInUrl) return chosen;
    return Object.fromEntries(ids.map((id) => [id, shown === undefined ? own.includes(id) : shown.has(id)]));
  }, [isInUrl, url.columns, ids, own, chosen]);
  const definitions = useMemo(
    () =>
      columns.map(({ id, header, value, cell }): ColumnDef<typeof features, Row> => ({
        id,
        header,
        accessorFn: (row: Row) => value?.(row) ?? "",
        enableSorting: value !== undefined,
        sortFn: (a, b) => compare(value?.(a.original) ?? "", value?.(b.original) ?? ""),
        cell: ({ row }) => cell(row.original),
      })),
    [columns],
  );
  const selected = useMemo<RowSelectionState>(
    () => Object.fromEntries([...(selection?.keys ?? [])].map((key) => [key, true])),
    [selection?.keys],
  );
  const data = useMemo(() => [...rows], [rows]);
  const table = useTable({
    features,
    columns: definitions,
    data,
    getRowId: keyOf,
    state: { sorting: sort, columnVisibility: visibility, rowSelection: selected },
    onSortingChange: (update) => {
      const next = typeof update === "function" ? update(sort) : update;
      if (onSort !== undefined) onSort(next);
      else if (isInUrl) setUrl("sort", writeSort(next));
      else setOwnSort(next);
    },
    onColumnVisibilityChange: (update) => {
      const next = typeof update === "function" ? update(visibility) : update;
      const shown = ids.filter((id) => next[id] === true);
      if (!isInUrl) setChosen(next);
      // A table without a column shows nothing to choose one by.
      else if (shown.length > 0) setUrl("columns", writeColumns(shown, own));
    },
    onRowSelectionChange: (update) => {
      const next = typeof update === "function" ? update(selected) : update;
      selection?.onChange(new Set(Object.keys(next).filter((key) => next[key] === true)));
    },
  });
  const drawn = table.getRowModel().rows;
  const box = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(-1);
  const isVirtual = drawn.length > DRAWN_WHOLE;
  const virtualizer = useVirtualizer({
    count: drawn.length,
    enabled: isVirtual,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    rangeExtractor: ({ startIndex, endIndex, overscan, count: all }) => {
      const first = Math.max(0, startIndex - overscan);
      const last = Math.min(all - 1, endIndex + overscan);
      const inView = Array.from({ length: last - first + 1 }, (_, at) => first + at);
      // The focused row keeps its focus only while it exists.
      return active >= 0 && active < all && (active < first || active > last)
        ? [...inView, active].sort((a, b) => a - b)
        : inView;
    },
  });
  const items = isVirtual
    ? virtualizer.getVirtualItems()
    : drawn.map((_, index) => ({ index, start: index * ROW_HEIGHT, end: (index + 1) * ROW_HEIGHT }));

  const focusRow = (index: number): void => {
    if (index < 0 || index >= drawn.length) return;
    setActive(index);
    if (isVirtual) virtualizer.scrollToIndex(index);
    requestAnimationFrame(() =>
      box.current?.querySelector<HTMLElement>(`tr[data-index="${index}"]`)?.focus({ preventScroll: isVirtual }),
    );
  };
  const current = (): number =>
    Number(document.activeElement?.closest<HTMLElement>("tr[data-index]")?.dataset["index"] ?? active);
  useShortcuts({
    j: () => focusRow(current() + 1),
    k: () => focusRow(current() - 1),
    x: () => selection !== undefined && drawn[current()]?.toggleSelected(),
  });

  const visible = table.getVisibleLeafColumns();
  const alignOf = new Map(columns.map(({ id, align }) => [id, align]));
  const spanned = visible.length + (selection === undefined ? 0 : 1);
  let below = 0;
  return (
    <div className={styles["frame"]}>
      <div className={`${styles["above"]} no-print`}>
        <span className="soft" role="status">
          {isVirtual
            ? `rows ${count((virtualizer.range?.startIndex ?? 0) + 1)}–${count((virtualizer.range?.endIndex ?? 0) + 1)} of ${count(drawn.length)}`
            : counted(drawn.length, "row")}
        </span>
        <Disclosure
          align="end"
          className={styles["chooser"]}
          name="Choose columns"
          label={<Columns3 aria-hidden size={16} />}
        >
          {() => (
            <fieldset className={styles["choices"]}>
              <legend>Columns</legend>
              {table.getAllLeafColumns().map((column) => (
                <label key={column.id}>
                  <input
                    type="checkbox"
                    checked={column.getIsVisible()}
                    onChange={({ target }) => column.toggleVisibility(target.checked)}
                  />
                  {columns.find(({ id }) => id === column.id)?.header}
                </label>
              ))}
            </fieldset>
          )}
        </Disclosure>
      </div>
      <div
        ref={box}
        className={styles["scroller"]}
        data-virtual={isVirtual}
        role="region"
        aria-label={label}
        tabIndex={isVirtual ? 0 : -1}
      >
        <table aria-label={label} aria-rowcount={drawn.length + 1} aria-colcount={spanned}>
          <thead>
            <tr aria-rowindex={1}>
              {selection === undefined ? null : (
                <th scope="col" className={styles["select"]}>
                  <input
                    type="checkbox"
                    aria-label="Select all rows"
                    checked={table.getIsAllRowsSelected()}
                    onChange={({ target }) => table.toggleAllRowsSelected(target.checked)}
                  />
                </th>
              )}
              {table
                .getHeaderGroups()[0]
                ?.headers.filter(({ column }) => column.getIsVisible())
                .map(({ id, column }) => (
                  <th
                    key={id}
                    scope="col"
                    data-align={alignOf.get(column.id)}
                    aria-sort={SORTED[String(column.getIsSorted())]}
                  >
                    {column.getCanSort() ? (
                      <button type="button" onClick={() => column.toggleSorting()}>
                        {column.columnDef.header as string}
                        <SortMark direction={column.getIsSorted()} />
                      </button>
                    ) : (
                      (column.columnDef.header as string)
                    )}
                  </th>
                ))}
            </tr>
          </thead>
          <tbody>
            {items.map((item) => {
              const row = drawn[item.index];
              if (row === undefined) return null;
              const gap = item.start - below;
              below = item.end;
              return [
                gap > 0 ? <Gap key={`gap-${item.index}`} height={gap} columns={spanned} /> : null,
                <tr
                  key={row.id}
                  ref={isVirtual ? virtualizer.measureElement : undefined}
                  data-index={item.index}
                  aria-rowindex={item.index + 2}
                  aria-selected={selection === undefined ? undefined : row.getIsSelected()}
                  tabIndex={item.index === Math.max(0, active) ? 0 : -1}
                  data-opens={onOpen !== undefined}
                  onFocus={() => setActive(item.index)}
                  onClick={({ target }) => {
                    if (target instanceof Element && target.closest("a, button, input, label") === null) {
                      onOpen?.(row.original);
                    }
                  }}
                  onKeyDown={({ key, target, currentTarget }) => {
                    if (key === "Enter" && target === currentTarget) onOpen?.(row.original);
                  }}
                >
                  {selection === undefined ? null : (
                    <td className={styles["select"]}>
                      <input
                        type="checkbox"
                        aria-label={`Select row ${item.index + 1}`}
                        checked={row.getIsSelected()}
                        onChange={({ target }) => row.toggleSelected(target.checked)}
                      />
                    </td>
                  )}
                  {row.getVisibleCells().map((cell) => (
                    <td key={cell.id} data-align={alignOf.get(cell.column.id)}>
                      <table.FlexRender cell={cell} />
                    </td>
                  ))}
                </tr>,
              ];
            })}
            {isVirtual && virtualizer.getTotalSize() > below ? (
              <Gap height={virtualizer.getTotalSize() - below} columns={spanned} />
            ) : null}
          </tbody>
        </table>
      </div>
    </div>
  );
}

const SORTED: Readonly<Record<string, "ascending" | "descending" | "none">> = {
  asc: "ascending",
  desc: "descending",
  false: "none",
};

function SortMark({ direction }: { readonly direction: false | "asc" | "desc" }) {
  const Mark = direction === false ? ChevronsUpDown : direction === "asc" ? ArrowUp : ArrowDown;
  return <Mark aria-hidden size={13} opacity={direction === false ? 0.45 : 1} />;
}

/** Room for rows that are not drawn. */
function Gap({ height, columns }: { readonly height: number; readonly columns: number }) {
  return (
    <tr aria-hidden style={{ height }}>
      <td colSpan={columns} className={styles["gap"]} />
    </tr>
  );
}

function compare(a: string | number, b: string | number): number {
  return typeof a === "number" && typeof b === "number"
    ? a - b
    : String(a).localeCompare(String(b), "en", { numeric: true });
}
