import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Command } from "commander";
import { bundleResult, OPERATIONS, type BundleResult } from "../../contract/index.ts";
import { Fault } from "../../model/index.ts";
import { createByteProgress } from "../byte-progress.ts";
import { asks, jsonOption } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import { reason } from "../files.ts";
import { present } from "../present.ts";
import { withOperations } from "../session.ts";
import { stoppable } from "../stop-request.ts";
import type { Surroundings } from "../surroundings.ts";
import { parsePeriod, readingOf, TIME_HELP } from "../time-argument.ts";
import { showBundle } from "../views/evidence-export.ts";

const EXPORT_EXAMPLES = `
${TIME_HELP}

Examples:
  portolan evidence export --from 2026-01-01 --to 2026-04-01 -o quarter
  portolan evidence export --from -30d --asset db-3 --asset db-4 -o databases
  portolan evidence export --from -1d --redact-banners -o for-auditor --json

The folder needs neither Portolan nor a network: open its index.html, or run
node verify.mjs in it. The same period gives the same bytes.

Exit codes: 0 written, 2 error (nothing is left).`;

interface Options {
  readonly from: string;
  readonly to: string;
  readonly asset?: readonly string[];
  readonly redactBanners?: boolean;
  readonly output: string;
  readonly json?: boolean;
}

export function addEvidenceExport(evidence: Command, context: Context): void {
  const { surroundings } = context;
  asks(evidence.command("export"), OPERATIONS.evidence.export)
    .summary("write the evidence of a period to a folder, with its verifier")
    .description(
      "Writes a folder for an auditor: entries, proofs, signed checkpoints, what every sweep saw, the documents in force, and a page that verifies all of it.",
    )
    .requiredOption("--from <time>", "start of the period")
    .option("--to <time>", "end of the period", "now")
    .option("--asset <name>", "only this asset, and nothing of other hosts (repeatable)", collected)
    .option("--redact-banners", "leave out what services answered")
    .requiredOption("-o, --output <folder>", "the folder to write; it is created, or has to be empty")
    .addOption(jsonOption(bundleResult))
    .addHelpText("after", EXPORT_EXAMPLES)
    .action((options: Options) =>
      context.ends(
        withOperations(surroundings, "record", async (operations) => {
          const { from, to, asset, redactBanners } = options;
          const period = parsePeriod(
            { text: from, name: "--from" },
            { text: to, name: "--to" },
            readingOf(surroundings),
          );
          const folder = await emptyFolder(surroundings, options.output);
          const { content } = await operations.evidence.export({ ...period, asset, redactBanners });
          const result = await writeFolder(surroundings, { ...options, folder }, content);
          present(surroundings, options.json, result, (page) => showBundle(page, result));
          return 0;
        }),
      ),
    );
}

function collected(name: string, before: readonly string[] = []): readonly string[] {
  return [...before, name];
}

/** The path of a folder that does not exist yet, or has nothing in it. */
async function emptyFolder(surroundings: Surroundings, output: string): Promise<string> {
  const path = resolve(surroundings.directory, output);
  const inside = await readdir(path).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw folderFault(error, output);
  });
  if (inside.length === 0) return path;
  throw new Fault("conflict", `${output} is not empty; it was not changed.`, {
    place: output,
    next: "Choose another folder with -o.",
  });
}

/** Unpacks the archive beside the folder. Only a complete bundle gets its name. */
async function writeFolder(
  surroundings: Surroundings,
  { folder, output, json }: Pick<Options, "output" | "json"> & { readonly folder: string },
  content: AsyncIterable<Uint8Array>,
): Promise<BundleResult> {
  const draft = `${folder}.draft`;
  const silent = { write: () => undefined, isTerminal: false, columns: 80 };
  const progress = createByteProgress(json === true ? silent : surroundings.stderr, surroundings.clock, "export");
  const stop = stoppable(surroundings, `The export was stopped: ${output} was not written.`);
  try {
    await rm(draft, { recursive: true, force: true });
    const { bundleFiles } = await surroundings.app();
    for await (const file of bundleFiles(progress.through(stop.through(content)))) {
      const path = join(draft, ...file.path.split("/"));
      await mkdir(dirname(path), { recursive: true });
      await pipeline(file.content, createWriteStream(path, { flags: "wx", mode: 0o644 }));
    }
    const result = await resultOf(draft, output);
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
    return result;
  } catch (error) {
    throw folderFault(error, output);
  } finally {
    stop.release();
    progress.end();
    await rm(draft, { recursive: true, force: true });
  }
}

async function resultOf(folder: string, output: string): Promise<BundleResult> {
  const manifest = await readFile(join(folder, "manifest.json"));
  const { log, period, assets, files } = JSON.parse(manifest.toString()) as {
    readonly log: string;
    readonly period: { readonly from: string; readonly to: string };
    readonly assets: string[];
    readonly files: readonly { readonly bytes: number }[];
  };
  return {
    schema: "portolan.evidence-export/1",
    directory: output,
    ...period,
    assets,
    log,
    files: files.length,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    manifest: createHash("sha256").update(manifest).digest("hex"),
  };
}

function folderFault(error: unknown, output: string): unknown {
  if (error instanceof Fault || !(error instanceof Error) || !("syscall" in error)) return error;
  return new Fault("config-invalid", `${output} cannot be written: ${reason(error)}.`, {
    place: output,
    next: "Check that its directory exists, that the disk has room, and that you have permission.",
    cause: error,
  });
}
