import type { EntryBody } from "@portolan/verifier";

/**
 * Decides which entries a bundle for single assets shows: those that name no host, findings about these assets, and
 * explanations of gaps of no others. Of every other entry it has the hash, so that nothing can be left out unseen. Feed it the entries in order: what ends a finding
 * does not name the asset again.
 */
export function createShown(assets: ReadonlySet<string>): (body: EntryBody) => boolean {
  const findings = new Set<unknown>();
  const explanations = new Set<unknown>();
  return ({ type, data }) => {
    if (NAMES_NO_HOST.has(type)) return true;
    if (type === "sweep-finished") return namesNobody(data);
    if (type === "gap-explained" && explainsOnly(data, assets)) explanations.add(data["explanation"]);
    if (type === "gap-explained" || type === "gap-signed-off") return explanations.has(data["explanation"]);
    if (!type.startsWith("finding-")) return false;
    const asset = (data["subject"] as { readonly asset?: unknown } | undefined)?.asset;
    if (typeof asset === "string" && assets.has(asset)) findings.add(data["finding"]);
    return findings.has(data["finding"]);
  };
}

/** The start of a sweep names the addresses it will scan, so it is not one of these. */
const NAMES_NO_HOST: ReadonlySet<string> = new Set([
  "log-created",
  "key-rotated",
  "record-restored",
  "answers-bound",
  "scope-recorded",
  "looks-recorded",
  "baseline-approved",
  "gap-recorded",
  "checkpoint-timestamped",
  "witness-disagreed",
]);

type Explained = readonly { readonly assets?: readonly string[]; readonly undeclaredIn?: readonly string[] }[];

function explainsOnly(data: EntryBody["data"], assets: ReadonlySet<string>): boolean {
  return (data["gaps"] as Explained).every(
    ({ assets: named = [], undeclaredIn = [] }) => undeclaredIn.length === 0 && named.every((each) => assets.has(each)),
  );
}

type Doubtful = { readonly doubtful?: { readonly first?: readonly unknown[] } };

function namesNobody(data: EntryBody["data"]): boolean {
  const doubtful = (data["engineReport"] as Doubtful | undefined)?.doubtful?.first ?? [];
  const lists = [data["open"], data["services"], data["limited"], doubtful] as (readonly unknown[] | undefined)[];
  return lists.every((list) => list === undefined || list.length === 0);
}
