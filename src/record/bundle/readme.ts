import { isSyntheticLog } from "@portolan/verifier";
import { SYNTHETIC_NOTICE, type PageSummary } from "./page.ts";

/** Describes the folder and how it is checked, for somebody who finds it without the page. */
export function readme({ origin, fingerprint, root, from, to, assets, program }: PageSummary): string {
  const notice = isSyntheticLog(origin) ? `\n${SYNTHETIC_NOTICE}\n` : "";
  return `Evidence bundle of Portolan ${program}
${notice}
What a port monitor recorded from ${from} to ${to}${assets.length === 0 ? "" : ` about ${assets.length} assets`}: entries of
its signed log, the proofs that they belong to it, and the records behind its answers.

  Log   ${origin}
  Key   ${fingerprint}
  Root  ${root}

Compare the key with a fingerprint from outside this folder: by phone, from a
letter, or from an earlier bundle. A key inside the folder proves nothing.

Open index.html by double click, in any current browser, without a network. Or,
with Node 20 or newer:

  node verify.mjs .
  node verify.mjs . --at ${from.slice(0, 16)}Z --endpoint NAME:PORT
  node verify.mjs . --gaps

SHA-256 of a single file, as in manifest.json:

  Windows  certutil -hashfile manifest.json SHA256
  macOS    shasum -a 256 manifest.json
  Linux    sha256sum manifest.json

Files
  manifest.json, manifest.sig   every file with its SHA-256, signed by the log's key
  checkpoints/                  the signed heads of the log, at both ends and between
  timestamps/                   when others had them (RFC 3161), if there are any
  log/                          entries as signed, their hashes, older ones with proofs
  proofs/                       one C2SP tlog-proof for each sampled entry
  states/                       what each look saw of each host
  documents/                    versions of the scope and of the port baseline
  keys.txt, tlog-policy         the keys of the log, for other programs
`;
}
