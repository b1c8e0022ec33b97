import type { Hello } from "./reading.ts";
import { GREETINGS, HELLOS } from "./protocols/index.ts";

/** The hellos to send to a port, in this order. */
export type Step = Hello | "tls";

const TLS_PORTS: ReadonlySet<number> = new Set([
  443, 465, 563, 636, 853, 989, 990, 992, 993, 994, 995, 2376, 3269, 4443, 5061, 5223, 5671, 5986, 6443, 6697, 8443,
  8883, 9093, 9443, 10250,
]);
/** Printers print everything they receive. */
const PRINTER_PORTS: ReadonlySet<number> = new Set([515, 9101, 9102, 9103, 9104, 9105, 9106, 9107]);

const GENERAL: readonly Hello[] = HELLOS.filter(({ general }) => general !== undefined).sort(
  (a, b) => (a.general ?? 0) - (b.general ?? 0),
);

const uniquely = (steps: readonly Step[]): readonly Step[] => [...new Set(steps)];

/** Whether a server that speaks first is likely on this port; then it gets longer to do so. */
export function expectsGreeting(port: number): boolean {
  return GREETINGS.some(({ ports }) => ports.includes(port));
}

/** Whether a protocol in which the client speaks first is likely on this port. */
export function expectsHello(port: number): boolean {
  return TLS_PORTS.has(port) || HELLOS.some(({ ports }) => ports.includes(port));
}

/** The protocols registered for the port first (inside TLS on TLS ports), then the general list. */
export function stepsFor(port: number): readonly Step[] {
  if (PRINTER_PORTS.has(port)) return [];
  const likely: Step[] = HELLOS.filter(({ ports }) => ports.includes(port));
  const [first, ...rest] = GENERAL;
  const general: Step[] = [...(first === undefined ? [] : [first]), "tls", ...rest];
  return uniquely(TLS_PORTS.has(port) ? ["tls", ...likely, ...general] : [...likely, ...general]);
}

/** The hellos inside TLS: never TLS again, and fewer of them, since each costs a handshake. */
export function stepsInside(port: number): readonly Hello[] {
  const likely = HELLOS.filter(({ ports }) => ports.includes(port));
  return [...new Set([...likely, ...GENERAL.slice(0, 6)])];
}
