import { joined, toHex } from "../bytes.ts";
import { sha256 } from "../crypto.ts";
import type { Facts } from "./facts.ts";
import { bytesOf, listOf, parsedJson } from "../json.ts";
import type { Problems } from "./problems.ts";
import type { BundleReader } from "./reader.ts";
import { count } from "./text.ts";
import { BANNERS_FILE } from "./layout.ts";

/**
 * Compares raw banners, a line `[salt, banner]` each, both in base64, with the salted hashes that entries commit to them by. Returns what was
 * checked, in a sentence; undefined without the file.
 */
export async function checkBanners(
  reader: BundleReader,
  { commitments }: Pick<Facts, "commitments">,
  problems: Problems,
): Promise<string | undefined> {
  if (!reader.has(BANNERS_FILE)) return undefined;
  let fitting = 0;
  for await (const [index, line] of reader.records(BANNERS_FILE)) {
    const [salt, text] = listOf(parsedJson(line)).map(bytesOf);
    const commitment = salt && text && toHex(sha256(joined(salt, text)));
    if (commitment !== undefined && commitments.has(commitment)) fitting += 1;
    else problems(BANNERS_FILE, "no entry commits to this banner", index);
  }
  return `${count(fitting, "raw banner")}, by the salted hashes in the entries that identified the services.`;
}
