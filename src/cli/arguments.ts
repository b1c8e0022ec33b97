import { Fault, type Transport } from "../model/index.ts";

/** Reads the whole number of an option, within bounds. */
export function parseWhole(text: string, name: string, least: number, most: number): number {
  const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) {
    throw new Fault("config-invalid", `${name}: '${text}' is not a whole number from ${least} to ${most}.`, {
      place: name,
      next: `Give a number from ${least} to ${most}.`,
    });
  }
  return value;
}

/** `db-3:5432`, `tcp/10.77.0.13:5432`, `udp/[2001:db8::5]:53`. */
export function parseEndpoint(text: string): { host: string; transport: Transport; port: number } {
  const found = /^(?:(tcp|udp)\/)?(?:\[([^\]]+)\]|([^[\]/:]+)):(\d{1,5})$/.exec(text);
  const [, transport = "tcp", bracketed, plain, port = ""] = found ?? [];
  const host = bracketed ?? plain;
  const number = Number(port);
  if (host === undefined || number < 1 || number > 65_535) {
    throw new Fault("config-invalid", `ENDPOINT: '${text}' is not an endpoint.`, {
      place: "ENDPOINT",
      next: "Give HOST:PORT with a port from 1 to 65535, for example db-3:5432, 10.77.0.13:22 or udp/[2001:db8::5]:53.",
    });
  }
  return { host, transport: transport === "udp" ? "udp" : "tcp", port: number };
}
