import { randomBytes } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";

/** Bytes per piece. */
const PIECE = 262_144;

/**
 * Yields what `work` writes as it arrives, buffered in a file in `directory`: `work` never waits for a slow reader, and
 * memory holds one piece. The file is unlinked as soon as it is open, so nothing stays behind.
 */
export async function* spooled(
  directory: string,
  work: (write: (chunk: Uint8Array) => Promise<void>) => Promise<void>,
): AsyncGenerator<Uint8Array> {
  const path = join(directory, `backup-${randomBytes(6).toString("hex")}.draft`);
  const file = await open(path, "wx+", 0o600);
  // Windows cannot remove an open file; there it is removed at the end.
  if (process.platform !== "win32") await rm(path);
  let written = 0;
  let ended = false;
  let grown = Promise.withResolvers<void>();
  const grow = (): void => {
    grown.resolve();
    grown = Promise.withResolvers<void>();
  };
  const working = work(async (chunk) => {
    await file.write(chunk, 0, chunk.length, written);
    written += chunk.length;
    grow();
  }).finally(() => {
    ended = true;
    grow();
  });
  // The reader gets the rejection at the end; until then nothing else handles it.
  working.catch(() => undefined);
  try {
    for (let read = 0; ;) {
      const more = grown.promise;
      if (read < written) {
        const piece = Buffer.alloc(Math.min(PIECE, written - read));
        const { bytesRead } = await file.read(piece, 0, piece.length, read);
        read += bytesRead;
        yield piece.subarray(0, bytesRead);
      } else if (ended) break;
      else await more;
    }
    await working;
  } finally {
    await working.catch(() => undefined);
    await file.close();
    await rm(path, { force: true });
  }
}
