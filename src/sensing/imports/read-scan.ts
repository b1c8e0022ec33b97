import { createHash } from "node:crypto";
import { printable } from "../../platform/documents/index.ts";
import type { ScanClaim } from "./claim.ts";
import { createTextDecoder } from "./text-encoding.ts";
import { createScanReader, type ScanFormat } from "./detect.ts";
import { createGathering, type GatheredScan, type Inside } from "./gather.ts";
import { unreadableScan, type ScanFacts } from "./scan-reader.ts";

/** Bytes of one file. */
const LARGEST = 64 * 1024 ** 3;
/** Characters that are kept of a command line, and of a version. */
const LONGEST_COMMAND = 2_000;
const LONGEST_VERSION = 50;

/** A file of another scanner, read to its end. */
export interface ImportedScan extends GatheredScan {
  /** With version and command line made safe to show. */
  readonly facts: ScanFacts;
  /** SHA-256 (hex) of the file. */
  readonly digest: string;
  readonly bytes: number;
}

/**
 * Reads a file as it comes, in memory that depends on the hosts inside the boundary and not on its size.
 *
 * Fault `config-invalid` for any other file, or one that is malformed before its end. A file that merely ends too early
 * is read as far as it goes, and `facts.incomplete` says so.
 */
export async function readScan(
  content: AsyncIterable<Uint8Array>,
  wanted: Inside & { readonly format: ScanFormat; readonly claim?: ScanClaim | undefined },
): Promise<ImportedScan> {
  const gathering = createGathering(wanted);
  const reader = createScanReader(gathering, wanted.format);
  const hash = createHash("sha256");
  const decoder = createTextDecoder();
  let bytes = 0;
  for await (const chunk of content) {
    hash.update(chunk);
    bytes += chunk.byteLength;
    if (bytes > LARGEST) throw unreadableScan(`The file is larger than ${LARGEST} bytes.`, "Import it in parts.");
    reader.write(decoder.decode(chunk));
  }
  reader.write(decoder.end());
  const said = reader.end();
  if (wanted.claim !== undefined && said.scanner === "nmap") {
    throw unreadableScan(
      "An nmap file itself states what was scanned.",
      "Leave --ports and --targets out: they are for files of masscan and naabu, which do not.",
      "--ports",
    );
  }
  const { version, commandLine, ...rest } = said;
  const facts = {
    ...rest,
    ...(version === undefined ? {} : { version: printable(version, LONGEST_VERSION) }),
    ...(commandLine === undefined ? {} : { commandLine: printable(commandLine, LONGEST_COMMAND) }),
  };
  return { ...gathering.finish(said, wanted.claim), facts, digest: hash.digest("hex"), bytes };
}
