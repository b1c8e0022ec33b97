import { randomUUID } from "node:crypto";
import { closeSync, fdatasyncSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { SensorRecord } from "../../../contract/index.ts";
import { journalText, readJournal, recordLine, type JournalText } from "../journal.ts";
import type { NewRecord } from "../report.ts";
import { readIfThere } from "./own-files.ts";

/** Records on their way to the server, on the disk until it has them. */
export interface Journal {
  readonly id: string;
  readonly run: number;
  /** The previous journal could not be read, so this is a new one. */
  readonly replaced: boolean;
  /** True once it is on disk; false if there is no room for it: then it counts as never observed. */
  append(record: NewRecord): boolean;
  /** The oldest ones, in order; at least one where there is any. */
  pending(most: { readonly records: number; readonly bytes: number }): SensorRecord[];
  /** Number of pending records. */
  count(): number;
  /** The server has everything up to this number. */
  acknowledge(seq: number): void;
  close(): void;
}

/** Below this the file is not worth rewriting. */
const SMALL = 64 * 1024;

/** `most`: bytes that pending records can take, if they are more than one. */
export function openJournal(path: string, most: number): Journal {
  const found = readIfThere(path);
  const read = found === undefined ? undefined : readJournal(found);
  const head =
    read === undefined ? { journal: randomUUID(), run: 1, base: 0 } : { ...read.head, run: read.head.run + 1 };
  let lines = [...(read?.lines ?? [])];
  let last = lines.at(-1)?.seq ?? head.base;
  let pendingBytes = lines.reduce((sum, { text }) => sum + Buffer.byteLength(text) + 1, 0);
  let fileBytes = 0;
  let fd = -1;

  /** Written beside it and renamed: after a crash either the old file or the new one exists. */
  function rewrite(): void {
    const draft = `${path}.new`;
    const text = journalText({ head: { ...head, base: (lines[0]?.seq ?? last + 1) - 1 }, lines } satisfies JournalText);
    const file = openSync(draft, "w", 0o600);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
    syncDirectory(dirname(path));
    if (fd >= 0) closeSync(fd);
    fd = openSync(path, "a", 0o600);
    fileBytes = Buffer.byteLength(text);
  }
  rewrite();

  return {
    id: head.journal,
    run: head.run,
    replaced: found !== undefined && read === undefined,
    append(record) {
      const line = recordLine({ ...record, seq: last + 1 });
      const bytes = Buffer.byteLength(line) + 1;
      // A single record may be larger than the buffer: on a machine with very many listeners, the first one is.
      if (lines.length > 0 && pendingBytes + bytes > most) return false;
      // Acknowledged records stay in the file until it has grown.
      if (fileBytes + bytes > 2 * most) rewrite();
      const before = fileBytes;
      try {
        fileBytes += writeSync(fd, `${line}\n`);
        if (fileBytes !== before + bytes) throw new Error("the disk took a part of the record");
        fdatasyncSync(fd);
      } catch {
        // The disk is full, and half a line may have been written. The complete lines before it are rewritten without
        // it.
        try {
          rewrite();
        } catch {
          // No room for that either: the next append fails again.
        }
        return false;
      }
      last += 1;
      pendingBytes += bytes;
      lines.push({ seq: last, text: line });
      return true;
    },
    pending({ records, bytes }) {
      const taken: SensorRecord[] = [];
      let size = 0;
      for (const { text } of lines) {
        size += text.length;
        if (taken.length > 0 && (taken.length >= records || size > bytes)) break;
        taken.push(JSON.parse(text) as SensorRecord);
      }
      return taken;
    },
    count: () => lines.length,
    acknowledge(seq) {
      const kept = lines.filter((line) => line.seq > seq);
      if (kept.length === lines.length) return;
      lines = kept;
      pendingBytes = lines.reduce((sum, { text }) => sum + Buffer.byteLength(text) + 1, 0);
      if (fileBytes - pendingBytes > SMALL) rewrite();
    },
    close() {
      closeSync(fd);
      fd = -1;
    },
  };
}

function syncDirectory(path: string): void {
  if (process.platform === "win32") return;
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
