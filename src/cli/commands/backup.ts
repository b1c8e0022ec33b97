import { createReadStream } from "node:fs";
import { chmod, open, rename, rm, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import {
  type BackupResult,
  backupResult,
  OPERATIONS,
  type RestoreResult,
  restoreResult,
} from "../../contract/index.ts";
import { Fault } from "../../model/index.ts";
import { createByteProgress, type ByteProgress } from "../byte-progress.ts";
import { configurationOf, databaseUrlOf } from "../configuration.ts";
import { asks, jsonOption } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import { exists } from "../files.ts";
import { present } from "../present.ts";
import { livingServer, withOperations } from "../session.ts";
import { homeOf, type ExitCode, type Surroundings } from "../surroundings.ts";
import { showBackup, showRestore } from "../views/backup.ts";

const BACKUP_EXAMPLES = `
Examples:
  portolan backup -o portolan-$(date +%F).backup
  portolan backup -o /mnt/backup/portolan.backup --json

Exit codes: 0 written and read back whole, 2 error (no file is left).`;

const RESTORE_EXAMPLES = `
Examples:
  PORTOLAN_HOME=/srv/portolan portolan restore portolan.backup
  DATABASE_URL=postgresql://... portolan restore portolan.backup

Exit codes: 0 restored and verified, 2 error (nothing was restored).`;

interface Options {
  readonly json?: boolean;
}

export function addBackup(program: Command, context: Context): void {
  const { surroundings } = context;
  asks(program.command("backup"), OPERATIONS.backup.make)
    .summary("the whole record in one file, also while Portolan runs")
    .description("Writes the whole record as it is now into one file, without the signing key, and reads it back.")
    .requiredOption("-o, --output <file>", "the file to write; one that is there stays as it is")
    .addOption(jsonOption(backupResult))
    .addHelpText("after", BACKUP_EXAMPLES)
    .action((options: Options & { output: string }) =>
      context.ends(
        withOperations(surroundings, "record", async (operations) => {
          const result = await backUp(surroundings, options, operations.backup.make());
          present(surroundings, options.json, result, (page) => showBackup(page, result));
          return 0;
        }),
      ),
    );
}

export function addRestore(program: Command, context: Context): void {
  const { surroundings } = context;
  program
    .command("restore")
    .summary("a backup into an empty directory or database")
    .description("Puts a backup into a home or a PostgreSQL that holds nothing, after checking that it is whole.")
    .argument("<file>", "what portolan backup wrote")
    .addOption(jsonOption(restoreResult))
    .addHelpText("after", RESTORE_EXAMPLES)
    .action((file: string, options: Options) =>
      context.ends(
        restore(surroundings, file, options).then((result): ExitCode => {
          present(surroundings, options.json, result, (page) => showRestore(page, result));
          return 0;
        }),
      ),
    );
}

async function backUp(
  surroundings: Surroundings,
  { output, json }: Options & { output: string },
  content: AsyncIterable<Uint8Array>,
): Promise<BackupResult> {
  if (await exists(surroundings, output)) {
    throw new Fault("conflict", `${output} is already there, and stays as it is.`, {
      place: output,
      next: "Give another name with -o.",
    });
  }
  const path = resolve(surroundings.directory, output);
  const draft = `${path}.draft`;
  const progress = progressOf(surroundings, "backup", json);
  try {
    await writeWhole(draft, progress.through(content));
    const { inspectBackup } = await surroundings.app();
    const found = await inspectBackup(createReadStream(draft));
    const { size } = await stat(draft);
    await rename(draft, path);
    return { schema: "portolan.backup/1", file: output, bytes: size, ...found };
  } catch (error) {
    throw fileFault(error, output);
  } finally {
    progress.end();
    await rm(draft, { force: true });
  }
}

/** On the disk before it has its name: what is called a backup is one. */
async function writeWhole(path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  // Nobody else's: it holds everything that is known of the network.
  const file = await open(path, "w", 0o600);
  try {
    await chmod(path, 0o600);
    for await (const chunk of content) await file.writeFile(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function restore(surroundings: Surroundings, file: string, { json }: Options): Promise<RestoreResult> {
  if ((await databaseUrlOf(surroundings)) === undefined && (await livingServer(surroundings)) !== undefined) {
    throw new Fault("store-locked", "Portolan runs here, and a backup is never restored over a record.", {
      place: homeOf(surroundings),
      next: "Name an empty directory in PORTOLAN_HOME.",
    });
  }
  const path = resolve(surroundings.directory, file);
  const { size } = await stat(path).catch((error: unknown) => {
    throw fileFault(error, file);
  });
  const { settings } = await configurationOf(surroundings);
  const { restoreRecord } = await surroundings.app();
  // Read once to see that it is whole, and once more to restore it.
  const labels = ["checking", "restoring"];
  let progress: ByteProgress | undefined;
  try {
    const result = await restoreRecord({ home: homeOf(surroundings), databaseUrl: settings["database.url"] }, () => {
      progress?.end();
      progress = progressOf(surroundings, labels.shift() ?? "restoring", json, size);
      return progress.through(createReadStream(path, { highWaterMark: 262_144 }));
    });
    return { schema: "portolan.restore/1", file, ...result };
  } finally {
    progress?.end();
  }
}

function progressOf(surroundings: Surroundings, what: string, json: boolean | undefined, total?: number): ByteProgress {
  const silent = { write: () => undefined, isTerminal: false, columns: 80 };
  return createByteProgress(json === true ? silent : surroundings.stderr, surroundings.clock, what, total);
}

function fileFault(error: unknown, file: string): unknown {
  if (error instanceof Fault || !(error instanceof Error) || !("syscall" in error)) return error;
  return new Fault("config-invalid", `${file} cannot be used: ${error.message}.`, {
    place: file,
    next: "Check its directory, that there is room, and that you may use it.",
    cause: error,
  });
}
