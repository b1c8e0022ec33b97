import { fromHex, toHex, utf8 } from "../bytes.ts";
import { sha256 } from "../crypto.ts";
import { parseNote, type VerifierKey } from "../note.ts";
import { shown } from "../entry.ts";
import { signedBy } from "./signed.ts";
import { sameHash } from "../tree.ts";
import { listOf, membersOf, numberOf, parsedJson, textIn } from "../json.ts";
import type { Problems } from "./problems.ts";
import type { BundleReader } from "./reader.ts";
import { BANNERS_FILE, MANIFEST, MANIFEST_FORMAT, MANIFEST_SIGNATURE, MANIFEST_TITLE } from "./layout.ts";

export interface Manifest {
  /** What the files are about, as far as the page and the report show it. */
  readonly from: string;
  readonly to: string;
  readonly origin: string;
  readonly program: string;
  /** Empty: all of them. */
  readonly assets: readonly string[];
  readonly banners: string;
  /** Numbers of entries whose body retention deleted, so that only their hash is here. */
  readonly pruned: ReadonlySet<unknown>;
  readonly files: ReadonlyMap<string, { readonly bytes: number; readonly sha256: string }>;
  readonly digest: Uint8Array;
}

export async function readManifest(reader: BundleReader, problems: Problems): Promise<Manifest | undefined> {
  const text = await reader.text(MANIFEST);
  const said = membersOf(text === undefined ? undefined : parsedJson(text));
  if (text === undefined || said["bundle"] !== MANIFEST_FORMAT) {
    problems(MANIFEST, text === undefined ? "is missing" : `is not a manifest of ${MANIFEST_FORMAT}`);
    return undefined;
  }
  const files = new Map<string, { bytes: number; sha256: string }>();
  for (const item of listOf(said["files"])) {
    const file = membersOf(item);
    files.set(textIn(file["path"]), {
      bytes: numberOf(file["bytes"]) ?? -1,
      sha256: textIn(file["sha256"]),
    });
  }
  const period = membersOf(said["period"]);
  return {
    from: textIn(period["from"]),
    to: textIn(period["to"]),
    origin: textIn(said["log"]),
    program: textIn(said["program"]),
    assets: listOf(said["assets"]).map(String),
    banners: textIn(said["banners"]),
    pruned: new Set(listOf(said["pruned"])),
    files,
    digest: sha256(utf8(text)),
  };
}

/** Checks that the key of the log signed the manifest. */
export async function checkManifestSignature(
  reader: BundleReader,
  manifest: Manifest,
  keys: readonly VerifierKey[],
  problems: Problems,
): Promise<"signed" | "unchecked" | "bad"> {
  const bad = (problem: string, field?: string): "bad" => {
    problems(MANIFEST_SIGNATURE, problem, undefined, field);
    return "bad";
  };
  const text = await reader.text(MANIFEST_SIGNATURE);
  const note = text === undefined ? undefined : parseNote(text);
  if (note === undefined) return bad(text === undefined ? "is missing" : "is not a C2SP signed note");
  const { outcome, problem } = await signedBy(note, keys);
  if (problem !== undefined) return bad(problem, "signature");
  const [, hex = ""] = new RegExp(`^${MANIFEST_TITLE}\\nsha256 ([0-9a-f]{64})\\n$`).exec(note.text) ?? [];
  const signed = fromHex(hex);
  if (signed === undefined || !sameHash(signed, manifest.digest)) {
    problems(
      MANIFEST,
      `was changed after it was signed: its SHA-256 is ${toHex(manifest.digest)}, and ${MANIFEST_SIGNATURE} signs ${hex === "" ? "none" : hex}`,
    );
    return "bad";
  }
  return outcome;
}

/** Compares every file with the manifest: those it does not list are named, and those that are missing. */
export async function compareFiles(
  reader: BundleReader,
  paths: ReadonlySet<string>,
  manifest: Manifest,
  problems: Problems,
): Promise<{ readonly files: number; readonly leftOut: readonly string[] }> {
  const leftOut: string[] = [];
  for (const path of paths) {
    if (path === MANIFEST || path === MANIFEST_SIGNATURE) continue;
    const listed = manifest.files.get(path);
    const { bytes, sha256: is } = await reader.digest(path);
    if (listed === undefined) problems(path, "is not listed in the manifest: it was added");
    else if (listed.bytes !== bytes) {
      problems(path, `has ${bytes} bytes, and the manifest says ${listed.bytes}`, undefined, "bytes");
    } else if (listed.sha256 !== is) {
      const changed = `was changed: its SHA-256 is ${is}, and the manifest says ${shown(listed.sha256)}`;
      problems(path, changed, undefined, "sha256");
    }
  }
  for (const path of manifest.files.keys()) {
    if (paths.has(path)) continue;
    // The raw banners can be deleted before a bundle is handed on: the entries commit to them.
    if (path === BANNERS_FILE) leftOut.push(path);
    else problems(shown(path), "is missing");
  }
  return { files: manifest.files.size, leftOut };
}
