import { fromBase64, joined, toHex } from "../bytes.ts";
import { sha256 } from "../crypto.ts";
import type { Facts } from "./facts.ts";
import { listOf, parsedJson } from "./json.ts";
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
  let index = 0;
  let fitting = 0;
  for await (const line of reader.lines(BANNERS_FILE)) {
    if (line === "") continue;
    const [salt, text] = listOf(parsedJson(line)).map(String);
    const commitment = toHex(
      sha256(joined(fromBase64(salt ?? "") ?? new Uint8Array(0), fromBase64(text ?? "") ?? new Uint8Array(0))),
    );
    if (commitments.has(commitment)) fitting += 1;
    else problems.add({ file: BANNERS_FILE, index, problem: "no entry commits to this banner" });
    index += 1;
  }
  return `${count(fitting, "raw banner")}, by the salted hashes in the entries that identified the services.`;
}
