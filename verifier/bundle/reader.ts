import { joined, toHex } from "../bytes.ts";
import { hasher } from "../crypto.ts";
import type { BundleFiles } from "./files.ts";

/** The facts of a file that the manifest states, as they were read. */
export interface FileDigest {
  readonly bytes: number;
  /** SHA-256, hex. */
  readonly sha256: string;
}

/** Reads files whole or line by line, and remembers what they hash to. Each file is read once. */
export interface BundleReader {
  has(path: string): boolean;
  /** A small file as text; undefined if it is not there. Throws `TooLarge` past the limit. */
  text(path: string, limit?: number): Promise<string | undefined>;
  bytes(path: string): Promise<Uint8Array>;
  /** Lines without their ends. The last one is empty where the file ends with a newline, as it has to. */
  lines(path: string): AsyncIterable<string>;
  /** The lines that have text, with their numbers from 0; none where the file is not there. */
  records(path: string): AsyncIterable<readonly [line: number, text: string]>;
  digest(path: string): Promise<FileDigest>;
}

const MOST_TEXT = 64 * 1024 * 1024;

export function createReader(
  files: BundleFiles,
  paths: ReadonlySet<string>,
  onBytes: (bytes: number) => void,
): BundleReader {
  const digests = new Map<string, FileDigest>();

  async function* pieces(path: string): AsyncGenerator<Uint8Array> {
    const hash = hasher();
    let bytes = 0;
    for await (const chunk of files.read(path)) {
      hash.update(chunk);
      bytes += chunk.length;
      onBytes(chunk.length);
      yield chunk;
    }
    digests.set(path, { bytes, sha256: toHex(hash.digest()) });
  }

  async function* linesOf(path: string): AsyncGenerator<string> {
    const decoder = utf8Decoder();
    let rest = "";
    for await (const chunk of pieces(path)) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
    yield rest + decoder.decode();
  }

  return {
    has: (path) => paths.has(path),
    async text(path, limit = MOST_TEXT) {
      if (!paths.has(path)) return undefined;
      const decoder = utf8Decoder();
      let text = "";
      let bytes = 0;
      for await (const chunk of pieces(path)) {
        bytes += chunk.length;
        if (bytes <= limit) text += decoder.decode(chunk, { stream: true });
      }
      return bytes > limit ? "" : text + decoder.decode();
    },
    async bytes(path) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of pieces(path)) chunks.push(chunk);
      return joined(...chunks);
    },
    lines: linesOf,
    async *records(path) {
      if (!paths.has(path)) return;
      let line = 0;
      for await (const text of linesOf(path)) if (text !== "") yield [line++, text];
    },
    async digest(path) {
      const known = digests.get(path);
      if (known !== undefined) return known;
      for await (const _ of pieces(path));
      return digests.get(path) ?? { bytes: 0, sha256: "" };
    },
  };
}

/** A byte order mark is a change of the file like any other. */
function utf8Decoder(): InstanceType<typeof TextDecoder> {
  return new TextDecoder("utf-8", { ignoreBOM: true });
}
