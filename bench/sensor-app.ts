import { createApp } from "../src/app.ts";
import { createOwnerSearch, openSocketSource, watchListeners } from "../src/sensing/listeners/index.ts";

/**
 * `sensor-app.ts start DIRECTORY HOME [DATABASE_URL]`: Portolan as `portolan start` runs it, without its API.
 * `sensor-app.ts sensor`: its sensing alone. A JSON line on standard output for each {@link SensorLine}; it ends with
 * its standard input.
 */
export type SensorLine =
  | { readonly kind: "ready" }
  /** Milliseconds since the epoch, right after the change was reported. */
  | { readonly kind: "opened" | "resolved" | "appeared" | "vanished"; readonly port: number; readonly at: number }
  | { readonly kind: "problem"; readonly message: string };

const [mode, directory = "", home = "", databaseUrl] = process.argv.slice(2);
const say = (line: SensorLine): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);
const now = (): number => performance.timeOrigin + performance.now();

if (mode === "sensor") {
  const told = (kind: "appeared" | "vanished", ports: readonly { port: number }[]): void => {
    for (const { port } of ports) say({ kind, port, at: now() });
  };
  const watch = await watchListeners({
    source: openSocketSource(),
    search: createOwnerSearch("/proc"),
    onSockets: () => undefined,
    onListeners({ appeared, vanished }) {
      told("appeared", appeared);
      told("vanished", vanished);
    },
    onProblem: (problem) => void say({ kind: "problem", message: String(problem) }),
  });
  ends(() => watch.stop());
} else {
  const app = await createApp({ directory, home, databaseUrl });
  const { document } = await app.operations.baseline.propose();
  const filled = document.replace(/^( *owner:).*/gm, "$1 bench").replace(/^( *justification:).*/gm, "$1 in use before");
  await app.operations.sweeps.run({ targets: [], engine: "auto", requestedBy: "bench" }, {});
  await app.operations.baseline.approve({
    document: /authorizedPorts:\s*\[\]/.test(filled)
      ? "version: 1\nauthorizedPorts:\n  - { asset: here, port: 9, presence: optional, owner: bench, justification: holds connections }\n"
      : filled,
    file: "port-baseline.yaml",
    approvedBy: "bench",
  });
  const onEvent: Parameters<typeof app.start>[0]["onEvent"] = (event) => {
    if (event.kind === "log") say({ kind: "problem", message: event.message });
    if (event.kind === "finding-opened" || event.kind === "finding-regressed") {
      say({ kind: "opened", port: event.finding.subject.port ?? 0, at: now() });
    }
    if (event.kind === "finding-resolved") say({ kind: "resolved", port: event.finding.subject.port ?? 0, at: now() });
  };
  await app.begin({ onEvent });
  await app.start({ onEvent });
  ends(() => app.close());
}
say({ kind: "ready" });

function ends(close: () => Promise<void>): void {
  process.stdin.resume().on("end", () => void close().then(() => process.exit(0)));
}
