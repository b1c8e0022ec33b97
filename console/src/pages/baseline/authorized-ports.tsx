import type { BaselineResult } from "../../../../src/contract/index.ts";
import type { TableColumn } from "../../components/data-table.tsx";
import { Instant } from "../../components/instant.tsx";

export type AuthorizedPort = BaselineResult["authorizedPorts"][number];

/** `asset web-1`, `tag pci and system type web-server` */
function selectorText({ asset, tag, systemType, cidr }: AuthorizedPort["selector"]): string {
  const parts = [
    asset === undefined ? undefined : `asset ${asset}`,
    tag === undefined ? undefined : `tag ${tag}`,
    systemType === undefined ? undefined : `system type ${systemType}`,
    cidr === undefined ? undefined : `network ${cidr}`,
  ];
  return parts.filter((part) => part !== undefined).join(" and ");
}

export function textOfPort({ selector, transport, ports, service = "", owner, justification }: AuthorizedPort): string {
  return `${selectorText(selector)} ${transport}/${ports} ${service} ${owner} ${justification}`.toLowerCase();
}

export function keyOfPort(port: AuthorizedPort): string {
  return `${selectorText(port.selector)} ${port.transport}/${port.ports} ${port.owner} ${port.justification}`;
}

export const AUTHORIZED_COLUMNS: readonly TableColumn<AuthorizedPort>[] = [
  {
    id: "for",
    header: "For",
    value: ({ selector }) => selectorText(selector),
    cell: ({ selector }) => <bdi>{selectorText(selector)}</bdi>,
  },
  {
    id: "ports",
    header: "Ports",
    value: ({ ports }) => ports,
    cell: ({ transport, ports }) => <span className="mono">{`${transport}/${ports}`}</span>,
  },
  { id: "presence", header: "Presence", value: ({ presence }) => presence, cell: ({ presence }) => presence },
  { id: "owner", header: "Owner", value: ({ owner }) => owner, cell: ({ owner }) => <bdi>{owner}</bdi> },
  {
    id: "why",
    header: "Justification",
    value: ({ justification }) => justification,
    cell: ({ justification }) => <bdi>{justification}</bdi>,
  },
  {
    id: "from",
    header: "Visible from",
    isHidden: true,
    value: ({ exposure }) => exposure?.join(", ") ?? "",
    cell: ({ exposure }) => <bdi>{exposure?.join(", ") ?? "anywhere"}</bdi>,
  },
  {
    id: "controls",
    header: "Controls",
    isHidden: true,
    value: ({ controls }) => controls.join(", "),
    cell: ({ controls }) => <bdi>{controls.join(", ")}</bdi>,
  },
  {
    id: "expires",
    header: "Expires",
    value: ({ expires }) => expires ?? "",
    cell: ({ expires }) => (expires === undefined ? <span className="soft">never</span> : <Instant of={expires} />),
  },
];
