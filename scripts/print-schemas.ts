import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { format as prettify, resolveConfig } from "prettier";
import { z } from "zod";
import { baselineJsonSchema } from "../src/baseline/index.ts";
import * as contract from "../src/contract/index.ts";
import { scopeJsonSchema } from "../src/scope/index.ts";
import { openApiDocument } from "../src/server/openapi.ts";
import { clientTypes, type OpenApi } from "./client-types.ts";

/**
 * Writes what the contract and the routes say into docs/: one JSON Schema (2020-12) a result, and the OpenAPI document;
 * and the types of the client that is made from that document.
 * `--check` writes nothing and exits 1 when a file is not current.
 */

const ROOT = fileURLToPath(new URL("../", import.meta.url));

const RESULTS: Readonly<Record<string, z.ZodType>> = {
  sweep: contract.sweepResult,
  import: contract.importResult,
  status: contract.statusResult,
  at: contract.atResult,
  diff: contract.diffResult,
  gaps: contract.gapsResult,
  findings: contract.findingsResult,
  baseline: contract.baselineResult,
  "baseline-proposal": contract.proposalResult,
  "baseline-approval": contract.approvalResult,
  "evidence-verify": contract.verifyResult,
  "evidence-checkpoint": contract.checkpointResult,
  doctor: contract.doctorResult,
  "sweep-line": contract.sweepLine,
  finding: contract.findingResult,
  sweeps: contract.sweepsResult,
  "sweep-record": contract.sweepRecordResult,
  entries: contract.entriesResult,
  entry: contract.entryResult,
  scopes: contract.scopesResult,
  scope: contract.scopeResult,
  resolved: contract.resolvedResult,
  problem: contract.problemSchema,
};

/** Every generated file, by its path in the repository. */
export async function generatedFiles(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const [name, schema] of Object.entries(RESULTS)) {
    const json = z.toJSONSchema(schema, { target: "draft-2020-12", io: "output" });
    files.set(
      `docs/json/${name}.schema.json`,
      format({ $id: `urn:portolan:schema:${name}:1`, title: `portolan ${name}`, ...json }),
    );
  }
  // For editors: what a person writes, not what a command prints.
  files.set("docs/portolan.schema.json", await tidy(scopeJsonSchema()));
  files.set("docs/port-baseline.schema.json", await tidy(baselineJsonSchema()));
  const document = await openApiDocument("1");
  files.set("docs/openapi.json", format(document));
  files.set("src/server/api-operations.ts", await tidy(clientTypes(document as OpenApi), "typescript"));
  return files;
}

function format(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** As the formatter of this repository leaves it: these two are read by people, too. */
async function tidy(value: unknown, parser = "json"): Promise<string> {
  const options = await resolveConfig(join(ROOT, "docs/portolan.schema.json"));
  return prettify(typeof value === "string" ? value : JSON.stringify(value, undefined, 2), { ...options, parser });
}

/** Files that are missing, differ, or are generated no more. */
export async function staleFiles(): Promise<string[]> {
  const files = await generatedFiles();
  const stale: string[] = [];
  for (const [path, text] of files) {
    const present = await readFile(join(ROOT, path), "utf8").catch(() => undefined);
    if (present !== text) stale.push(path);
  }
  for (const name of await readdir(join(ROOT, "docs/json")).catch(() => [])) {
    if (name.endsWith(".schema.json") && !files.has(`docs/json/${name}`)) stale.push(`docs/json/${name}`);
  }
  return stale;
}

async function writeAll(): Promise<void> {
  await mkdir(join(ROOT, "docs/json"), { recursive: true });
  for (const [path, text] of await generatedFiles()) await writeFile(join(ROOT, path), text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes("--check")) {
    const stale = await staleFiles();
    for (const path of stale) console.error(`${path} is not current: run npm run schemas`);
    process.exitCode = stale.length === 0 ? 0 : 1;
  } else {
    await writeAll();
  }
}
