/** The files of a bundle. */

/** JSON: what the bundle is about, and bytes and SHA-256 of every other file. */
export const MANIFEST = "manifest.json";
export const MANIFEST_FORMAT = "portolan.evidence-bundle/1";
/** A C2SP signed note by the key of the log: {@link MANIFEST_TITLE}, and a line `sha256 HEX` of the manifest. */
export const MANIFEST_SIGNATURE = "manifest.sig";
export const MANIFEST_TITLE = "Portolan evidence bundle";

/** Keys that the log names, as vkeys; and a C2SP tlog-policy that trusts them. */
export const KEYS_FILE = "keys.txt";
export const POLICY_FILE = "tlog-policy";

/** Signed notes. Without the first, the bundle begins with entry 0. */
export const FIRST_CHECKPOINT = "checkpoints/first.txt";
export const LAST_CHECKPOINT = "checkpoints/last.txt";
/** The signed notes between them, one JSON string a line, ascending by size. */
export const OTHER_CHECKPOINTS = "checkpoints/others.jsonl";

/** Cosignatures of witnesses, `[size, vkey, line]`. */
export const COSIGNATURES_FILE = "checkpoints/cosignatures.jsonl";
/** RFC 3161 responses, `SIZE-DIGEST.tsr`, each over `SIZE.checkpoint`. */
export const TIMESTAMPS_FOLDER = "timestamps/";

/** The roots of the perfect subtrees of the entries before the first checkpoint, largest first, base64. */
export const FRONTIER_FILE = "log/frontier.txt";
/** The leaf hash of every entry from the first checkpoint to the last, base64. */
export const HASHES_FILE = "log/leaf-hashes.txt";
/** The bodies of those entries, as signed. */
export const ENTRIES_FILE = "log/entries.jsonl";
/** Entries one by one, each with its inclusion proof: `{index, body, path}`. */
export const PROVEN_FILE = "log/proven.jsonl";
/** `{first, last, path}`: that the last checkpoint extends the first. */
export const CONSISTENCY_FILE = "log/consistency.json";
/** C2SP tlog-proof, one for each sampled entry: `proofs/12-finding-opened.tlog-proof`. */
export const PROOFS_FOLDER = "proofs/";

/** `[salt, text]` for each state of a host. */
export const HOSTS_FILE = "states/hosts.jsonl";
/** The sets that sweeps saw: hosts by their lines, under the root or digest that entries name. */
export const SETS_FILE = "states/sets.jsonl";
/** Raw answers of services, `[salt, answer]` in base64, in a file of their own that can be deleted. */
export const BANNERS_FILE = "banners.jsonl";

/** RFC 8785 text of a version: its SHA-256 is in the entry that recorded it. */
export function scopeFile(version: number): string {
  return `documents/scope-${version}.json`;
}

export function baselineFile(version: number): string {
  return `documents/port-baseline-${version}.json`;
}

/** The addresses that names of assets had, a line `[asset, since, [[first, last]...]]` for each change. */
export const ADDRESSES_FILE = "documents/addresses.jsonl";
/** In a bundle for single assets: what scope and baselines say about them, copied, so not proven here. */
export const EXTRACT_FILE = "documents/extract.json";
