import { z } from "zod";
import { Fault } from "../../model/index.ts";

/**
 * A backup is gzip over lines of JSON; `zcat` shows its content on any machine:
 *
 * 1. the header: format, time, program version, the migrations of the database, the size of its evidence log
 * 2. for each table, those that others refer to first: its name and columns; then a line for each row, an array with
 *    each column as PostgreSQL's text for it, or null; then its name again, with the number of rows
 * 3. the end: SHA-256 (hex) over every line before it, line feeds included
 *
 * Without the end it is incomplete. The digest detects accidents; the evidence log inside detects deliberate changes.
 */
export const FORMAT_VERSION = 1;

const identifier = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/);

export const backupHeader = z.object({
  backup: z.literal("portolan"),
  version: z.int(),
  createdAt: z.iso.datetime(),
  program: z.string().max(100),
  migrations: z
    .array(z.object({ number: z.int().min(1), name: z.string().max(200), digest: z.string().max(100) }))
    .min(1)
    .max(10_000),
  log: z.object({ size: z.int().min(0) }),
});

export const tableLine = z.object({ table: identifier, columns: z.array(identifier).min(1).max(1_600) });
export const tableEnd = z.object({ end: identifier, rows: z.int().min(0) });
export const backupEnd = z.object({ complete: z.literal(true), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

export type BackupHeader = z.infer<typeof backupHeader>;

/** The content of a complete backup. */
export interface BackupContent {
  readonly header: BackupHeader;
  readonly tables: number;
  readonly rows: number;
}

export function damaged(what: string, cause?: unknown): Fault {
  return new Fault("conflict", `This backup cannot be used: ${what}. Nothing was restored.`, {
    next: "Use another backup. portolan backup reads every file once more after writing it, so this one was changed or cut off later.",
    cause,
  });
}
