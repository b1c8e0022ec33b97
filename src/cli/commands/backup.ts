import { createReadStream } from "node:fs";
import { open, rm, stat } from "node:fs/promises";
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
import { codeOf, draftOf, exists, nameOnce, reason } from "../files.ts";
import { publicationOf } from "../publication.ts";
import { present } from "../present.ts";
import { stoppable } from "../stop-request.ts";
import { livingServer, withOperations } from "../session.ts";
import { homeOf, type ExitCode, type Surroundings } from "../surroundings.ts";
import { showBackup, showRestore } from "../views/backup.ts";

const BACKUP_EXAMPLES = `
Examples:
  portolan backup -o portolan-$(date +%F).backup
  portolan backup -o /mnt/backup/portolan.backup --json

Exit codes: 0 written and read back completely, 2 error (no file is left).`;

const RESTORE_EXAMPLES = `
Examples:
  PORTOLAN_HOME=/srv/portolan portolan restore portolan.backup
  DATABASE_URL=postgresql://... portolan restore portolan.backup

Exit codes: 0 restored, 1 restored although rows contradict the log
(--accept-contradictions), 2 error (nothing was restored).`;

interface Options {
  readonly json?: boolean;
}

interface RestoreOptions extends Options {
  readonly acceptContradictions?: boolean;
}

export function addBackup(program: Command, context: Context): void {
  const { surroundings } = context;
  asks(program.command("backup"), OPERATIONS.backup.make)
    .summary("save the whole record to one file, even while Portolan runs")
    .description(
      "Writes the whole record, as of now and without the signing key, to one file, and reads that back to check it.",
    )
    .requiredOption("-o, --output <file>", "the file to write; an existing one is never replaced")
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
    .summary("restore a backup into an empty directory or database")
    .description("Checks that a backup is complete, and restores it into an empty home or PostgreSQL database.")
    .argument("<file>", "a file that portolan backup wrote")
    .option("--accept-contradictions", "restore it although rows of it contradict its evidence log")
    .addOption(jsonOption(restoreResult))
    .addHelpText("after", RESTORE_EXAMPLES)
    .action((file: string, options: RestoreOptions) =>
      context.ends(
        restore(surroundings, file, options).then((result): ExitCode => {
          present(surroundings, options.json, result, (page) => showRestore(page, result));
          return result.compared === undefined || result.compared.contradicting === 0 ? 0 : 1;
        }),
      ),
    );
}

async function backUp(
  surroundings: Surroundings,
  { output, json }: Options & { output: string },
  content: AsyncIterable<Uint8Array>,
): Promise<BackupResult> {
  if (await exists(surroundings, output)) throw taken(output);
  const path = resolve(surroundings.directory, output);
  const draft = draftOf(path);
  const progress = progressOf(surroundings, "backup", json);
  const stop = stoppable(surroundings, `The backup was stopped: ${output} was not written.`);
  try {
    await writeWhole(draft, progress.through(stop.through(content)));
    const { inspectBackup } = await surroundings.app();
    const found = await inspectBackup(stop.through(createReadStream(draft)));
    const { size } = await stat(draft);
    await nameOnce(draft, path);
    return { schema: "portolan.backup/1", file: output, bytes: size, ...found };
  } catch (error) {
    // Another backup got the name while this one was written.
    throw codeOf(error) === "EEXIST" ? taken(output) : fileFault(error, output, "write");
  } finally {
    stop.release();
    progress.end();
    await rm(draft, { force: true });
  }
}

function taken(output: string): Fault {
  return new Fault("conflict", `${output} already exists; it was not changed.`, {
    place: output,
    next: "Choose another name with -o.",
  });
}

/** Writes the draft to the disk. Only a complete backup gets the final name. */
async function writeWhole(path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  // For its owner alone: it contains everything known about the network.
  const file = await open(path, "wx", 0o600);
  try {
    for await (const chunk of content) await file.writeFile(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function restore(surroundings: Surroundings, file: string, options: RestoreOptions): Promise<RestoreResult> {
  if ((await databaseUrlOf(surroundings)) === undefined && (await livingServer(surroundings)) !== undefined) {
    throw new Fault(
      "store-locked",
      "Portolan is running here, and a backup is never restored over an existing record.",
      {
        place: homeOf(surroundings),
        next: "Set PORTOLAN_HOME to an empty directory.",
      },
    );
  }
  const path = resolve(surroundings.directory, file);
  const { size } = await stat(path).catch((error: unknown) => {
    throw fileFault(error, file, "read");
  });
  const { json, acceptContradictions } = options;
  const { settings } = await configurationOf(surroundings);
  const { restoreRecord } = await surroundings.app();
  // Read once to check that it is complete, and once more to restore it.
  const labels = ["checking", "restoring"];
  let progress: ByteProgress | undefined;
  const stop = stoppable(surroundings, "The restore was stopped: nothing was restored.");
  try {
    const target = { home: homeOf(surroundings), databaseUrl: settings["database.url"] };
    const content = () => {
      progress?.end();
      progress = progressOf(surroundings, labels.shift() ?? "restoring", json, size);
      return progress.through(stop.through(createReadStream(path, { highWaterMark: 262_144 })));
    };
    const result = await restoreRecord(target, content, {
      acceptContradictions,
      clock: surroundings.clock,
      publication: publicationOf(settings),
    });
    return { schema: "portolan.restore/1", file, ...result };
  } finally {
    stop.release();
    progress?.end();
  }
}

function progressOf(surroundings: Surroundings, what: string, json: boolean | undefined, total?: number): ByteProgress {
  const silent = { write: () => undefined, isTerminal: false, columns: 80 };
  return createByteProgress(json === true ? silent : surroundings.stderr, surroundings.clock, what, total);
}

function fileFault(error: unknown, file: string, act: "read" | "write"): unknown {
  if (error instanceof Fault || !(error instanceof Error) || !("syscall" in error)) return error;
  return new Fault("config-invalid", `${file} cannot be ${act === "read" ? "read" : "written"}: ${reason(error)}.`, {
    place: file,
    next:
      act === "read"
        ? "Name the file that portolan backup wrote, and check that you can read it."
        : "Check that its directory exists, that the disk has room, and that you have permission.",
    cause: error,
  });
}
