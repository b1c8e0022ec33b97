import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { cyclesFrom, lifecycleFileSchema } from "../src/sensing/services/lifecycle.ts";

/**
 * Updates src/sensing/services/lifecycle.yaml from endoflife.date: `node scripts/update-lifecycle.ts [BASE-URL
 * [FILE]]`. Each product keeps its name here and gets the cycles that its page has now. It writes nothing unless every
 * page could be read.
 */
const [base = "https://endoflife.date", file = join(import.meta.dirname, "../src/sensing/services/lifecycle.yaml")] =
  process.argv.slice(2);

const HEAD = `# End of upstream support by product and cycle, from endoflife.date (MIT licence, NOTICE) on the day below. The list is
# short on purpose and says nothing of what is not in it. Renewed by \`node scripts/update-lifecycle.ts\`.
`;
const LONGEST_ANSWER = 1_000_000;

const current = lifecycleFileSchema.parse(parse(readFileSync(file, "utf8")));
const products = await Promise.all(
  current.products.map(async (product) => {
    const response = await fetch(`${base}/api/${product.slug}.json`, { signal: AbortSignal.timeout(20_000) });
    const text = await response.text();
    if (!response.ok || text.length > LONGEST_ANSWER) throw new Error(`${response.url} answered ${response.status}`);
    const cycles = cyclesFrom(JSON.parse(text));
    if (cycles.length === 0) throw new Error(`${response.url} has no cycle with a date`);
    return { ...product, cycles };
  }),
);
const renewed = lifecycleFileSchema.parse({ retrieved: new Date().toISOString().slice(0, 10), products });
writeFileSync(file, HEAD + stringify(renewed, { defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" }));
console.log(`${renewed.products.length} products, as of ${renewed.retrieved}`);
