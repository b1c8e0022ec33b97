/**
 * A process that sweeps and reports its progress to its parent, one line each: `journal N` once N endpoints are
 * committed, `phase NAME` when a phase begins, `done SWEEP_ID` at the end. The parent kills it.
 *
 * Arguments: directory (with portolan.yaml), home, optionally a database URL.
 */
import { createApp } from "../../src/app.ts";
import { openStore } from "../../src/platform/storage/index.ts";

const [directory = "", home = "", databaseUrl] = process.argv.slice(2);
const say = (line: string): boolean => process.stdout.write(`${line}\n`);

const app = await createApp({ directory, home, databaseUrl, identify: false });
// On PostgreSQL a second connection sees what is committed. The embedded database has only one connection, so the
// phases report it.
const reader = databaseUrl === undefined ? undefined : await openStore({ home, databaseUrl });
const polling = setInterval(() => {
  void reader?.db
    .selectFrom("sweep_chunk")
    .select((eb) => eb.fn.max("next_index").as("next"))
    .executeTakeFirst()
    .then((row) => row?.next !== null && row?.next !== undefined && say(`journal ${row.next}`))
    .catch(() => undefined);
}, 50);

let phase = "";
const result = await app.operations.sweeps.run(
  { targets: [], engine: "auto", requestedBy: "test" },
  {
    onProgress: (progress) => {
      if (progress.phase !== phase) say(`phase ${(phase = progress.phase)}`);
      if (phase === "scanning") say(`scanned ${progress.done}`);
    },
  },
);
say(`done ${result.sweep.id} ${result.sweep.verdict ?? "?"} ${result.sweep.counts?.open ?? -1}`);
clearInterval(polling);
await reader?.close();
await app.close();
