import { askGaps, gapLines } from "./ask-gaps.ts";
import { askState } from "./ask-state.ts";
import type { BundleFiles } from "./files.ts";
import { inventoryOf } from "./inventory.ts";
import { answerText, CANNOT_PROVE, keyLine, problemText, reportText } from "./report-text.ts";
import { verifyBundle, type BundleRecord } from "./verify.ts";

/**
 * The verifier as one file: a program for Node 20 and newer, and a worker of the page of a bundle. It reads the bundle,
 * writes nothing, and opens no connection.
 */

const HELP = `Verifies an evidence bundle of Portolan, and answers from it.

  node verify.mjs BUNDLE [--key FINGERPRINT]
  node verify.mjs BUNDLE --at TIME --endpoint ASSET:PORT
  node verify.mjs BUNDLE --gaps [--asset NAME] [--from TIME] [--to TIME]

BUNDLE is the folder. FINGERPRINT of the log's key: 64 hex digits, from outside.
Endpoints are like db-3:5432, 10.0.0.3:53/udp, [::1]:22.

Exit codes: 0 it verifies, 1 it does not or has another key, 2 not answered.
`;

interface Arguments {
  readonly bundle?: string | undefined;
  readonly options: ReadonlyMap<string, string>;
  readonly problem?: string;
}

const VALUED = ["key", "at", "endpoint", "asset", "from", "to"];

function readArguments(words: readonly string[]): Arguments {
  const options = new Map<string, string>();
  let bundle: string | undefined;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const [, name = "", attached] = /^--([a-z]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (VALUED.includes(name)) {
      const value = attached ?? words[(at += 1)];
      if (value === undefined) return { options, problem: `--${name} needs a value` };
      options.set(name, value);
    } else if (name === "gaps" || name === "help") options.set(name, "");
    else if (word.startsWith("-") || bundle !== undefined) return { options, problem: `${word} is not known` };
    else bundle = word;
  }
  return { options, bundle };
}

async function program(words: readonly string[]): Promise<number> {
  const { bundle, options, problem } = readArguments(words);
  const say = (text: string): void => void process.stdout.write(`${printable(text)}\n`);
  const fail = (text: string): number => {
    process.stderr.write(`${printable(text)}\n`);
    return 2;
  };
  if (options.has("help")) {
    say(HELP);
    return 0;
  }
  if (problem !== undefined || bundle === undefined) return fail(`${problem ?? "No bundle is named"}.\n\n${HELP}`);
  let verified: Awaited<ReturnType<typeof verifyBundle>>;
  try {
    verified = await verifyBundle(await filesIn(bundle), { key: options.get("key") });
  } catch (error) {
    return fail(
      `${bundle} cannot be read: ${error instanceof Error ? error.message : String(error)}. Name the folder of the bundle.`,
    );
  }
  const { report, record } = verified;
  const asks = options.has("endpoint") || options.has("at") || options.has("gaps");
  if (asks) {
    say(`${keyLine(report)}${report.verified ? "" : " The answers below rest on a bundle that does not verify."}\n`);
    for (const each of report.problems) say(`  - ${problemText(each)}`);
    const unanswered = options.has("gaps") ? tellGaps(record, options, say) : tellState(record, options, say);
    if (unanswered !== undefined) return fail(`${unanswered}.`);
  } else say(reportText(report));
  return report.verified ? 0 : 1;
}

function tellState(
  record: BundleRecord,
  options: ReadonlyMap<string, string>,
  say: (text: string) => void,
): string | undefined {
  const at = Date.parse(options.get("at") ?? "");
  const endpoint = options.get("endpoint");
  if (Number.isNaN(at) || endpoint === undefined)
    return "Give both --at, as 2026-03-14T09:00Z, and --endpoint, as db-3:5432";
  const answers = askState(record, at, endpoint);
  if (!Array.isArray(answers)) return answers.problem;
  for (const answer of answers) say(answerText(answer));
  return undefined;
}

function tellGaps(
  record: BundleRecord,
  options: ReadonlyMap<string, string>,
  say: (text: string) => void,
): string | undefined {
  const timeIn = (name: string): number | undefined =>
    options.has(name) ? Date.parse(options.get(name) ?? "") : undefined;
  const [from, to, asset] = [timeIn("from"), timeIn("to"), options.get("asset")];
  if (Number.isNaN(from) || Number.isNaN(to)) return "Give times as 2026-03-14T09:00Z";
  const found = askGaps(record, { from, to, asset });
  if (found.length === 0)
    return asset === undefined
      ? "No asset was in scope in this period"
      : `No asset named ${asset} was in scope in this period`;
  for (const each of found) {
    const [head = "", ...gaps] = gapLines(each);
    say([`${each.asset}: ${head}`, ...gaps.map((line) => `  ${line}`), ""].join("\n"));
  }
  return undefined;
}

/** Text from a bundle on a terminal: no control characters, and nothing that turns the direction of writing. */
function printable(text: string): string {
  return text.replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, "\ufffd");
}

async function filesIn(folder: string): Promise<BundleFiles> {
  const { createReadStream } = await import("node:fs");
  const { readdir } = await import("node:fs/promises");
  const { join, relative, sep } = await import("node:path");
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = found
    .filter((each) => !each.isDirectory())
    // `path` is the name that Node 20.0 has for it.
    .map((each) => relative(folder, join(each.parentPath ?? (each as { path?: string }).path ?? "", each.name)));
  return {
    paths: paths.map((path) => path.split(sep).join("/")).sort(),
    read: (path) => createReadStream(join(folder, ...path.split("/")), { highWaterMark: 1 << 20 }),
  };
}

/** A file that a browser was handed: a picker gives the path in it. */
interface HandedFile {
  readonly path: string;
  readonly file: { stream(): AsyncIterable<Uint8Array> & { getReader(): Reader } };
}
interface Reader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array }>;
}

/** Messages of the page, each with a number that the answer repeats. */
type Request =
  | { readonly ask: "verify"; readonly files: readonly HandedFile[]; readonly key: string }
  | { readonly ask: "state"; readonly at: number; readonly endpoint: string }
  | { readonly ask: "gaps" };

/** What the page has to a worker: messages in, messages out. */
interface WorkerScope {
  postMessage(message: unknown): void;
  onmessage: ((event: { readonly data: Request & { readonly number: number } }) => void) | null;
}

function serve(scope: WorkerScope): void {
  let record: BundleRecord | undefined;
  let waiting = Promise.resolve();
  scope.onmessage = ({ data }) => {
    waiting = waiting
      .then(() => respond(data))
      .then(
        (answer) => scope.postMessage({ number: data.number, answer }),
        (error: unknown) => scope.postMessage({ number: data.number, failed: String(error) }),
      );
  };

  async function respond(request: Request): Promise<unknown> {
    if (request.ask === "verify") {
      let bytes = 0;
      let told = 0;
      const onProgress = (more: number): void => {
        bytes += more;
        if (bytes - told < 1 << 20) return;
        told = bytes;
        scope.postMessage({ progress: bytes });
      };
      const verified = await verifyBundle(filesOf(request.files), { key: request.key, onProgress });
      record = verified.record;
      const { report } = verified;
      const problems = report.problems.map(problemText);
      return { report, problems, headline: keyLine(report), cannotProve: CANNOT_PROVE, inventory: inventoryOf(record) };
    }
    if (record === undefined) throw new Error("no bundle was verified yet");
    if (request.ask === "state") return askState(record, request.at, request.endpoint);
    return askGaps(record).map((each) => ({ asset: each.asset, missed: each.missed, lines: gapLines(each) }));
  }
}

function filesOf(handed: readonly HandedFile[]): BundleFiles {
  const byPath = new Map(handed.map(({ path, file }) => [path, file]));
  return {
    paths: handed.map(({ path }) => path),
    async *read(path) {
      // Not every browser lets a stream be iterated.
      const reader = byPath.get(path)?.stream().getReader();
      for (let piece = await reader?.read(); piece?.done === false; piece = await reader?.read()) {
        if (piece.value !== undefined) yield piece.value;
      }
    },
  };
}

if (typeof process === "object") process.exitCode = await program(process.argv.slice(2));
else serve(globalThis as unknown as WorkerScope);
