import { parseInstant, type Endpoint, type Transport } from "../../model/index.ts";
import type { Row, Span } from "../evidence/index.ts";

/** Names of rows, as `verify` and the entries of prunings have them. */

export function coverageOf(sweep: number, from: string, to: string): string {
  return `the coverage of sweep ${sweep} from ${from} to ${to}`;
}

export function voidOf(sweep: number, from: string, to: string): string {
  return `the void run of sweep ${sweep} from ${from} to ${to}`;
}

export function lookOf(vantage: string, from: string, states: string): string {
  return `the look of ${vantage} at ${from} at ${states}`;
}

export function setOf(name: string): string {
  return `the coverage of ${name}`;
}

export function intervalOf(endpoint: string, vantage: string, since: string): string {
  return `${endpoint} from ${vantage} since ${since}`;
}

export function serviceOf(endpoint: string, vantage: string): string {
  return `the service on ${endpoint} from ${vantage}`;
}

export const SINCE = " since ";

const NAMED = /^(?:the service on )?(tcp|udp)\/\[?([0-9a-fA-F:.]+)\]?:([0-9]+) from (.*) since (\S+)$/;

/** The interval, of a state or a service, that a row is called after. */
export function namedInterval(
  row: string,
): { readonly endpoint: Endpoint; readonly vantage: string; readonly since: string } | undefined {
  const [, transport, address, port, vantage, since] = NAMED.exec(row) ?? [];
  if (address === undefined || vantage === undefined || since === undefined) return undefined;
  return { endpoint: { transport: transport as Transport, address, port: Number(port) }, vantage, since };
}

/** The time of an interval that has ended; undefined for one that still holds. */
export function intervalSpan({ row, fields }: Row): Span | undefined {
  const named = namedInterval(row);
  const from = named && parseInstant(named.since);
  const until = typeof fields["until"] === "string" ? parseInstant(fields["until"]) : undefined;
  return from === undefined || until === undefined ? undefined : { from, until, address: named?.endpoint.address };
}
