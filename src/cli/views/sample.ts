import type { SampleResult } from "../../contract/index.ts";
import { count, counted } from "../../model/index.ts";
import type { Page } from "../screen/page.ts";
import { plain } from "../screen/text.ts";
import { toned } from "../screen/style.ts";
import { utcAndLocal } from "../screen/time.ts";

const OF: Readonly<Record<SampleResult["of"], string>> = {
  endpoints: "open endpoints",
  findings: "findings opened",
  approvals: "approvals of the port baseline",
  "target-days": "target-days",
};

export function showSample(page: Page, result: SampleResult): void {
  const { of, from, to, vantage, seed, population, populationSha256, drawn } = result;
  const when =
    from === undefined
      ? `at ${utcAndLocal(to, page.style)}`
      : `from ${utcAndLocal(from, page.style)} to ${utcAndLocal(to, page.style)}`;
  page.say`${toned("strong", `${count(drawn.length)} of ${count(population)} ${OF[of]}`)} ${when}${vantage === undefined ? "" : `, seen from ${vantage}`}`;
  page.say`Seed ${JSON.stringify(seed)}. SHA-256 of the population:`;
  page.verbatim(`  ${plain(populationSha256)}`);
  if (population === 0) {
    page.say`${toned("warn", "No occurrences in the period")}: there is nothing to test, which is not a test that was passed.`;
    return;
  }
  if (drawn.length === population) page.say`The sample is the whole population of ${counted(population, "item")}.`;
  page.blank();
  page.table({
    columns: [{ title: "item" }, { title: "what it is", wraps: true }],
    rows: drawn.map(({ key, about }) => [key, about]),
  });
}
