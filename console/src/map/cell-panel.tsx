import { Link } from "@tanstack/react-router";
import { Facts } from "../components/facts.tsx";
import { Empty, Panel } from "../components/page.tsx";
import { AssetLink, EndpointLink } from "../components/record-links.tsx";
import { portName, rowName, traitOf, wordsOf, type MapCells } from "./cells.ts";

/** What is known about one cell, from every vantage point, with links to its pages. */
export function CellPanel({
  map,
  at,
  isFindingOpen = () => true,
}: {
  readonly map: MapCells;
  readonly at: { readonly row: number; readonly column: number } | undefined;
  readonly isFindingOpen?: (finding: number) => boolean;
}) {
  const { axes, cells } = map;
  if (at === undefined || axes.ports[at.column] === undefined) {
    return (
      <Panel title="Cell">
        <Empty title="Choose a cell.">Click one, or focus the map and use the arrow keys.</Empty>
      </Panel>
    );
  }
  const { row, column } = at;
  const address = axes.rows.addresses[row] ?? "";
  const port = axes.ports[column];
  const isOne = address !== "" && !/[-/]/.test(address);
  const found = axes.findings.id.flatMap((id, index) =>
    axes.findings.row[index] === row && axes.findings.port[index] === column && isFindingOpen(index)
      ? [{ id, kind: axes.findings.kind[index] ?? "" }]
      : [],
  );
  return (
    <Panel title="Cell" aside={<bdi>{`${rowName(axes, row)}, port ${portName(axes, column)}`}</bdi>}>
      <Facts
        of={{
          Asset:
            axes.rows.declared[row] === 1 ? <AssetLink asset={axes.rows.asset[row] ?? ""} /> : "none declared here",
          Endpoint:
            isOne && port !== undefined ? (
              <EndpointLink host={address} transport={port.transport} port={port.port} />
            ) : address === "" ? (
              "no address is known"
            ) : (
              <span className="mono">{`${address}, ${portName(axes, column)}`}</span>
            ),
          ...Object.fromEntries(
            axes.vantagePoints.map(({ name, kind }, vantage) => [
              `From ${name}${name === kind ? "" : ` (${kind})`}`,
              wordsOf(cells[vantage]?.[row * axes.ports.length + column] ?? 0),
            ]),
          ),
          Segment: traitOf(axes, "segment", row) || undefined,
          "System type": traitOf(axes, "systemType", row) || undefined,
          Owner: traitOf(axes, "owner", row) || undefined,
          Findings:
            found.length === 0
              ? "none open"
              : found.map(({ id, kind }) => (
                  <span key={id}>
                    <Link to="/findings/$id" params={{ id: String(id) }}>
                      #{id} {kind}
                    </Link>{" "}
                  </span>
                )),
        }}
      />
    </Panel>
  );
}
