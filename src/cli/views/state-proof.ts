import type { StateProofResult } from "../../contract/index.ts";
import type { Page } from "../screen/page.ts";
import { toned } from "../screen/style.ts";
import { utcAndLocal } from "../screen/time.ts";

export function showStateProof(page: Page, result: StateProofResult): void {
  const { endpoint, state, vantage, sweep, from, to, host, entry, note } = result;
  page.say`${toned("strong", `${endpoint} was ${state}`)} in ${sweep === undefined ? "a look without change" : `sweep ${String(sweep)}`}, seen from ${vantage} between ${utcAndLocal(from, page.style)} and ${utcAndLocal(to, page.style)}`;
  if (!result.trusted) page.say`${toned("warn", "The sweep was untrusted: what it saw counts for nothing.")}`;
  page.blank();
  page.say`The state of the host, as it was committed to:`;
  for (const line of host.text.trimEnd().split("\n")) page.verbatim(`  ${line}`);
  page.say`leaf ${String(host.index)} of ${String(host.size)} in the tree of the run, which entry ${String(entry.index)} states; the log had ${String(entry.size)} entries`;
  if (note === undefined)
    page.say`${toned("warn", "No checkpoint covers the entry yet.")} Next: portolan evidence checkpoint`;
  else page.say`${toned("good", "A signed checkpoint covers the entry.")}`;
  page.say`--json prints the whole proof, ${String(JSON.stringify(result).length)} bytes.`;
}
