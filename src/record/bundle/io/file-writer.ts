import { createHash, randomBytes } from "node:crypto";
import { open, rm, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { TAR_END, tarHeader, tarPadding } from "../tar.ts";

/** Larger files wait on disk until their size is known. */
const MOST_IN_MEMORY = 1 << 20;
const PIECE = 1 << 18;

/** What the manifest states of a file. */
export interface WrittenFile {
  readonly path: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** Lines as they come. Each gets its line feed. */
export type Lines = Iterable<string> | AsyncIterable<string>;

/** Writes the files of a bundle one after the other, as members of an archive. Memory holds a mebibyte of one. */
export interface FileWriter {
  readonly written: readonly WrittenFile[];
  /** Yields the bytes of the archive that hold the file. */
  text(path: string, text: string): AsyncGenerator<Uint8Array>;
  bytes(path: string, bytes: Uint8Array): AsyncGenerator<Uint8Array>;
  lines(path: string, lines: Lines): AsyncGenerator<Uint8Array>;
}

/** `directory` takes files too large for memory while they are written; they are unlinked as soon as they are open. */
export function createFileWriter(directory: string): FileWriter {
  const written: WrittenFile[] = [];

  async function* member(
    path: string,
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array> {
    const hash = createHash("sha256");
    const spool = createSpool(directory);
    try {
      for await (const chunk of content) {
        hash.update(chunk);
        await spool.write(chunk);
      }
      written.push({ path, bytes: spool.bytes(), sha256: hash.digest("hex") });
      yield tarHeader(path, spool.bytes());
      yield* spool.read();
      yield tarPadding(spool.bytes());
    } finally {
      await spool.close();
    }
  }

  return {
    written,
    text: (path, text) => member(path, [Buffer.from(text)]),
    bytes: (path, bytes) => member(path, [bytes]),
    lines: (path, lines) => member(path, piecesOf(lines)),
  };
}

/** The end of the archive. */
export const ARCHIVE_END = TAR_END;

async function* piecesOf(lines: Lines): AsyncGenerator<Uint8Array> {
  let text = "";
  for await (const line of lines) {
    text += `${line}\n`;
    if (text.length < PIECE) continue;
    yield Buffer.from(text);
    text = "";
  }
  if (text !== "") yield Buffer.from(text);
}

interface Spool {
  write(chunk: Uint8Array): Promise<void>;
  bytes(): number;
  read(): AsyncGenerator<Uint8Array>;
  close(): Promise<void>;
}

function createSpool(directory: string): Spool {
  let kept: Uint8Array[] = [];
  let bytes = 0;
  let file: FileHandle | undefined;
  let path = "";

  async function moveToDisk(): Promise<FileHandle> {
    path = join(directory, `bundle-${randomBytes(6).toString("hex")}.draft`);
    const opened = await open(path, "wx+", 0o600);
    // Windows cannot remove an open file; there it is removed at the end.
    if (process.platform !== "win32") await rm(path);
    await opened.write(Buffer.concat(kept));
    kept = [];
    return opened;
  }

  return {
    async write(chunk) {
      if (file === undefined && bytes + chunk.length > MOST_IN_MEMORY) file = await moveToDisk();
      if (file === undefined) kept.push(chunk);
      else await file.write(chunk, 0, chunk.length, bytes);
      bytes += chunk.length;
    },
    bytes: () => bytes,
    async *read() {
      yield* kept;
      for (let at = 0; file !== undefined && at < bytes;) {
        const piece = Buffer.alloc(Math.min(PIECE, bytes - at));
        const { bytesRead } = await file.read(piece, 0, piece.length, at);
        at += bytesRead;
        yield piece.subarray(0, bytesRead);
      }
    },
    async close() {
      await file?.close();
      if (path !== "") await rm(path, { force: true });
    },
  };
}
