import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { z } from "zod";
import {
  backupEnd,
  backupHeader,
  damaged,
  FORMAT_VERSION,
  tableEnd,
  tableLine,
  type BackupContent,
  type BackupHeader,
} from "../format.ts";

/** Longer than any row: a line without an end must not fill the memory. */
const MOST_LINE = 256 * 1_048_576;
/** Rows per batch, and their characters. */
const BATCH_ROWS = 1_000;
const BATCH_LENGTH = 4 * 1_048_576;

export interface BackupReader {
  header?(header: BackupHeader): Promise<void>;
  /** Rows of a table in the backup's order, each the JSON text of its array. */
  rows?(table: string, columns: readonly string[], rows: readonly string[]): Promise<void>;
}

/**
 * Reads a backup to its end and passes its content to the reader. Everything is checked only once it resolves; until
 * then the reader may have received part of a damaged backup.
 *
 * @throws Fault `conflict`: not a backup, of a newer format, cut off, or changed
 */
export async function readBackup(source: AsyncIterable<Uint8Array>, reader: BackupReader): Promise<BackupContent> {
  const digest = createHash("sha256");
  let header: BackupHeader | undefined;
  let table: { readonly table: string; readonly columns: readonly string[] } | undefined;
  let batch: string[] = [];
  let length = 0;
  let [tables, rows, ofTable] = [0, 0, 0];
  let whole = false;

  const flush = async (): Promise<void> => {
    if (batch.length > 0 && table !== undefined) await reader.rows?.(table.table, table.columns, batch);
    batch = [];
    length = 0;
  };

  for await (const text of linesOf(source)) {
    if (whole) throw damaged("something follows its end");
    if (header === undefined) {
      header = headerOf(text);
      await reader.header?.(header);
    } else if (table !== undefined && text.startsWith("[")) {
      batch.push(text);
      length += text.length;
      ofTable += 1;
      if (batch.length === BATCH_ROWS || length > BATCH_LENGTH) await flush();
    } else if (table !== undefined) {
      const end = parsed(tableEnd, text);
      if (end.end !== table.table || end.rows !== ofTable) {
        throw damaged(`for table ${table.table} it holds ${ofTable} rows, but states ${end.rows} of ${end.end}`);
      }
      await flush();
      rows += ofTable;
      tables += 1;
      table = undefined;
    } else if (text.startsWith('{"complete"')) {
      if (parsed(backupEnd, text).sha256 !== digest.digest("hex")) {
        throw damaged("its content was changed: the digests differ");
      }
      whole = true;
      continue;
    } else {
      table = parsed(tableLine, text);
      ofTable = 0;
    }
    digest.update(text).update("\n");
  }
  if (header === undefined) throw damaged("it is empty");
  if (!whole) throw damaged("it ends before its last line");
  return { header, tables, rows };
}

function headerOf(text: string): BackupHeader {
  const header = parsed(backupHeader, text);
  if (header.version === FORMAT_VERSION) return header;
  throw damaged(`its format is version ${header.version}, but this Portolan reads version ${FORMAT_VERSION}`);
}

function parsed<T>(schema: z.ZodType<T>, text: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const result = schema.safeParse(value);
  if (!result.success) throw damaged("it is not a backup of Portolan, or one of its lines was changed");
  return result.data;
}

async function* linesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  const plain = createGunzip();
  // Errors of either stream surface in the iteration below.
  pipeline(Readable.from(source), plain).catch(() => undefined);
  try {
    for await (const chunk of plain as AsyncIterable<Uint8Array>) {
      const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = parts.pop() ?? "";
      if (rest.length > MOST_LINE) throw damaged("one of its lines has no end");
      yield* parts;
    }
    rest += decoder.decode();
  } catch (error) {
    throw compressionFault(error);
  }
  if (rest !== "") throw damaged("it ends within a line");
}

function compressionFault(error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "Z_BUF_ERROR":
      return damaged("it is cut off", error);
    case "Z_DATA_ERROR":
    case "ERR_ENCODING_INVALID_ENCODED_DATA":
      return damaged("its bytes were changed, or it is not a backup", error);
    default:
      return error;
  }
}
