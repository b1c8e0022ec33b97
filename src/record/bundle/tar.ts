/** A tar archive (POSIX.1-1988 "ustar") of plain files: written piece by piece, and read the same way. */

const BLOCK = 512;
/** The largest size of 11 octal digits. */
const MOST_BYTES = 8 ** 11 - 1;

/** The header of a file: no owner and no time, so that the same file gives the same bytes. */
export function tarHeader(path: string, bytes: number): Uint8Array {
  if (Buffer.byteLength(path) > 100) throw new RangeError(`${path} is too long a name for the archive`);
  if (bytes > MOST_BYTES) throw new RangeError(`${path} has ${bytes} bytes, too many for the archive`);
  const header = Buffer.alloc(BLOCK);
  header.write(path, 0);
  header.write("0000644\0", 100);
  header.write("0000000\0", 108);
  header.write("0000000\0", 116);
  header.write(`${bytes.toString(8).padStart(11, "0")}\0`, 124);
  header.write("00000000000\0", 136);
  header.write("        ", 148);
  header.write("0", 156);
  header.write("ustar\0" + "00", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}

/** Zeros up to the end of a block. */
export function tarPadding(bytes: number): Uint8Array {
  return new Uint8Array((BLOCK - (bytes % BLOCK)) % BLOCK);
}

/** Two empty blocks: without them, an archive was cut off. */
export const TAR_END = new Uint8Array(2 * BLOCK);

export interface TarMember {
  readonly path: string;
  readonly content: AsyncIterable<Uint8Array>;
}

/** The files of an archive, in order; each has to be read before the next. Throws `TypeError` if it was cut off or damaged. */
export async function* tarMembers(archive: AsyncIterable<Uint8Array>): AsyncGenerator<TarMember> {
  const chunks = archive[Symbol.asyncIterator]();
  let rest = new Uint8Array(0);

  async function take(most: number): Promise<Uint8Array> {
    while (rest.length === 0) {
      const next = await chunks.next();
      if (next.done === true) throw new TypeError("the archive ends too early");
      rest = Uint8Array.from(next.value);
    }
    const piece = rest.subarray(0, most);
    rest = rest.subarray(piece.length);
    return piece;
  }
  async function block(): Promise<Buffer> {
    const whole = Buffer.alloc(BLOCK);
    for (let filled = 0; filled < BLOCK;) {
      const piece = await take(BLOCK - filled);
      whole.set(piece, filled);
      filled += piece.length;
    }
    return whole;
  }
  async function* content(bytes: number): AsyncGenerator<Uint8Array> {
    for (let left = bytes; left > 0;) {
      const piece = await take(left);
      left -= piece.length;
      yield piece;
    }
    for (let left = tarPadding(bytes).length; left > 0;) left -= (await take(left)).length;
  }

  for (;;) {
    const header = await block();
    if (header.every((byte) => byte === 0)) return;
    const path = header.toString("utf8", 0, header.indexOf(0));
    const bytes = Number.parseInt(header.toString("latin1", 124, 135), 8);
    if (!header.equals(Buffer.from(tarHeader(path, bytes)))) throw new TypeError("the archive is damaged");
    yield { path, content: content(bytes) };
  }
}
