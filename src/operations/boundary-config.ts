import { Fault, type Clock } from "../model/index.ts";
import { loadTsigKey, transferZone, type TransferredZone, type ZoneServer } from "../proof/boundary/index.ts";
import { createEgress } from "../platform/egress/index.ts";

/** The zones that may be transferred, and from which servers, as the settings name them. */
export interface BoundaryConfig {
  /** `ZONE@SERVER` or `ZONE@SERVER:PORT`; an IPv6 address in brackets. */
  readonly zones: readonly string[];
  readonly tsigKeyFile?: string | undefined;
  /** Hosts, addresses and networks that are not public and may be called. */
  readonly allow: readonly string[];
}

const DNS_PORT = 53;

/** Transfers a zone that the settings name, from the server that they name for it: a request chooses no address. */
export async function transferConfigured(
  { boundary, clock }: { readonly boundary?: BoundaryConfig | undefined; readonly clock: Clock },
  zone: string,
): Promise<{ readonly server: ZoneServer; readonly transferred: TransferredZone }> {
  const wanted = zoneName(zone);
  const servers = (boundary?.zones ?? []).map(serverOf);
  const server = servers.find((each) => each.zone === wanted);
  if (boundary === undefined || server === undefined) {
    const known = servers.map((each) => each.zone).join(", ");
    throw new Fault("not-found", `No server is configured for the zone ${JSON.stringify(zone.slice(0, 255))}.`, {
      place: "boundary.zones",
      next: `Set boundary.zones in portolan.server.yaml, as in corp.example@ns1.corp.example. It has: ${known || "none"}.`,
    });
  }
  const key = boundary.tsigKeyFile === undefined ? undefined : loadTsigKey(boundary.tsigKeyFile);
  const egress = createEgress({ allow: boundary.allow });
  return { server, transferred: await transferZone(server, { egress, clock, key }) };
}

function serverOf(text: string): ZoneServer {
  const [, zone = "", bracketed, plain, port] = /^([^@]+)@(?:\[([^\]]+)\]|([^:@]+))(?::(\d+))?$/.exec(text) ?? [];
  return { zone: zoneName(zone), host: bracketed ?? plain ?? "", port: port === undefined ? DNS_PORT : Number(port) };
}

function zoneName(text: string): string {
  return text.toLowerCase().replace(/\.$/, "");
}
