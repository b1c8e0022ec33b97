import { resolve } from "node:path";
import type { Command } from "commander";
import { OPERATIONS, type Operations } from "../../contract/index.ts";
import { Fault } from "../../model/index.ts";
import type { AppDoor } from "../app-port.ts";
import { parseEndpoint, parseWhole } from "../arguments.ts";
import { asks } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import { readDocument } from "../files.ts";
import { present } from "../present.ts";
import { withOperations } from "../session.ts";
import type { ExitCode, Surroundings } from "../surroundings.ts";
import { addEvidenceExport } from "./evidence-export.ts";
import { parseTime, readingOf, TIME_HELP } from "../time-argument.ts";
import { showStateProof } from "../views/state-proof.ts";
import { showAgainst, showCheckpoint, showCheckpoints, showRotation, showVerification } from "../views/evidence.ts";

const VERIFY_EXAMPLES = `
Examples:
  portolan evidence verify
  portolan evidence verify --answers
  portolan evidence verify --checkpoint checkpoint.json
  portolan evidence verify --key auditors-copy.txt --json
  portolan evidence verify --against /mnt/evidence
  portolan evidence verify --published

--published reads the newest checkpoints in the destinations that can be read:
directory, git repository, bucket. --against and --published tell what was done
to the log: an earlier state of the database was put in place, its end was cut
off, two histories were signed, or it is another log. A restored backup is none
of these.

A key is named by its fingerprint (64 hex digits), or by a file with the
fingerprint, with the key as this command prints it, or with its PEM. Without
--key, the key of this home is compared. A checkpoint is a file that portolan
evidence checkpoint printed, as text or as JSON.

Without --answers, the log alone is verified. With it, every row that an answer
is made of is compared with the entries that state it, and each one that says
something else is named: table, row, column, and what was signed.

Exit codes: 0 it verifies, 1 it is broken (names the first bad entry or row)
or is not the log of that key or checkpoint, 2 error.`;

const PROOF_EXAMPLES = `
${TIME_HELP}

Examples:
  portolan evidence proof db-3:5432
  portolan evidence proof 10.77.0.13:22 --at 2026-03-14T09:00:00Z --json > proof.json

The proof shows one host, and nothing of others. docs/guide/evidence.md says
how to check it without Portolan.

Exit codes: 0 proved, 2 error.`;

const CHECKPOINTS_EXAMPLES = `
Examples:
  portolan evidence checkpoints
  portolan evidence checkpoints --size 1204 --json

Exit codes: 0, or 2 error.`;

const CHECKPOINT_EXAMPLES = `
Examples:
  portolan evidence checkpoint --json > checkpoint.json

Store it where nobody who runs Portolan can change it.

Exit codes: 0 signed, 2 error.`;

const ROTATE_EXAMPLES = `
Examples:
  portolan evidence rotate-key                       keeps the previous key in keys/
  portolan evidence rotate-key --destroy-previous    deletes it

Copy the new keys/evidence.pem to where you keep your keys, and give auditors
the new fingerprint. What the previous key signed stays valid.

Exit codes: 0 rotated, 2 error.`;

export function addEvidence(program: Command, context: Context): void {
  const { surroundings } = context;
  const evidence = program
    .command("evidence")
    .summary("the evidence log: verify it, sign its head, export it")
    .description("The tamper-evident log of everything recorded.");

  asks(
    evidence
      .command("verify")
      .summary("recompute the whole log and check every signature")
      .description(
        "Recomputes every entry's hash, the tree, and every checkpoint, compares the key that signed them, and names the first entry that does not verify.",
      )
      .option("--key <key>", "the key that has to sign the log: its fingerprint, or a file")
      .option(
        "--against <path>",
        "checkpoints that were published: a file, a directory or a git work tree (repeatable)",
        collected,
      )
      .option("--published", "compare it with the checkpoints in the configured destinations")
      .option("--checkpoint <file>", "a checkpoint kept elsewhere, which the log has to extend (repeatable)", collected)
      .option("--answers", "also compare every table that answers are made of with the log"),
    OPERATIONS.evidence.verify,
  )
    .addHelpText("after", VERIFY_EXAMPLES)
    .action((options: VerifyOptions) =>
      context.ends(
        withOperations(surroundings, "record", async (operations) => {
          if (options.against !== undefined || options.published !== undefined) {
            return await compare(surroundings, operations, options);
          }
          const result = await operations.evidence.verify({
            ...(options.key === undefined ? {} : { key: await keyText(surroundings, options.key) }),
            ...(options.checkpoint === undefined
              ? {}
              : { checkpoint: await Promise.all(options.checkpoint.map((file) => noteIn(surroundings, file))) }),
            ...(options.answers === undefined ? {} : { answers: true }),
          });
          present(surroundings, options.json, result, (page) => showVerification(page, result));
          return result.ok ? 0 : 1;
        }),
      ),
    );

  asks(
    evidence
      .command("proof")
      .summary("prove the state of one endpoint")
      .description(
        "Prints a proof that an endpoint was in one state in the latest sweep or look that covered it: from the state of its host to the signed checkpoint.",
      )
      .argument("<endpoint>", "HOST:PORT, or udp/HOST:PORT")
      .option("--at <time>", "the latest sweep or look until then", "now")
      .option("--vantage <name>", "as seen from this vantage point (default: the scope's own)"),
    OPERATIONS.evidence.stateProof,
  )
    .addHelpText("after", PROOF_EXAMPLES)
    .action((text: string, options: { json?: boolean; at: string; vantage?: string }) =>
      context.ends(
        withOperations(surroundings, "record", async (operations) => {
          const at = parseTime(options.at, "--at", readingOf(surroundings));
          const asked = { ...parseEndpoint(text), at, vantage: options.vantage };
          const result = await operations.evidence.stateProof(asked);
          present(surroundings, options.json, result, (page) => showStateProof(page, result));
          return 0;
        }),
      ),
    );

  asks(
    evidence
      .command("checkpoints")
      .summary("list the signed checkpoints")
      .description("Lists the signed checkpoints, the largest first; --json contains the signed notes.")
      .option("--size <entries>", "only the checkpoint over this many entries")
      .option("--limit <number>", "how many to list (default: 100)")
      .option("--after <cursor>", "continue a list: the `next` of the page before"),
    OPERATIONS.evidence.checkpoints,
  )
    .addHelpText("after", CHECKPOINTS_EXAMPLES)
    .action((options: { json?: boolean; size?: string; limit?: string; after?: string }) =>
      context.ends(
        withOperations(surroundings, "record", async (operations) => {
          const { size, limit = "100", after } = options;
          const result = await operations.evidence.checkpoints({
            ...(size === undefined ? {} : { size: parseWhole(size, "--size", 0, Number.MAX_SAFE_INTEGER) }),
            limit: parseWhole(limit, "--limit", 1, 1_000),
            ...(after === undefined ? {} : { after }),
          });
          present(surroundings, options.json, result, (page) => showCheckpoints(page, result));
          return 0;
        }),
      ),
    );

  asks(
    evidence
      .command("checkpoint")
      .summary("sign the head of the log now")
      .description("Signs the head of the log, and prints the signed note to store elsewhere."),
    OPERATIONS.evidence.checkpoint,
  )
    .addHelpText("after", CHECKPOINT_EXAMPLES)
    .action((options: { json?: boolean }) =>
      context.ends(
        withOperations(surroundings, "record", async (operations) => {
          const result = await operations.evidence.checkpoint();
          present(surroundings, options.json, result, (page) => showCheckpoint(page, result));
          return 0;
        }),
      ),
    );

  asks(
    evidence
      .command("rotate-key")
      .summary("give the log a new key, signed by the old one and the new one")
      .description(
        "Makes a new key for the evidence log. An entry that both keys sign hands the log over; its name stays the same.",
      )
      .option("--destroy-previous", "delete the previous private key from this home"),
    OPERATIONS.evidence.rotateKey,
  )
    .addHelpText("after", ROTATE_EXAMPLES)
    .action((options: { json?: boolean; destroyPrevious?: boolean }) =>
      context.ends(
        withOperations(surroundings, "record", async (operations) => {
          const result = await operations.evidence.rotateKey({
            requestedBy: surroundings.user,
            destroyPrevious: options.destroyPrevious ?? false,
          });
          present(surroundings, options.json, result, (page) => showRotation(page, result));
          return 0;
        }),
      ),
    );

  addEvidenceExport(evidence, context);
}

interface VerifyOptions {
  readonly json?: boolean;
  readonly key?: string;
  readonly checkpoint?: readonly string[];
  readonly answers?: true;
  readonly against?: readonly string[];
  readonly published?: boolean;
}

/** Compares the log with checkpoints that were published; what its own entries say, `verify` without it checks. */
async function compare(
  surroundings: Surroundings,
  operations: Operations,
  { json, against = [], published = false }: VerifyOptions,
): Promise<ExitCode> {
  const { notesIn } = await surroundings.app();
  const checkpoints = against.flatMap((path) => {
    const found = readNotes(notesIn, resolve(surroundings.directory, path), path);
    return found.map(({ note, from, generation }) => ({ note, from, generation }));
  });
  const result = await operations.evidence.against({ checkpoints, published });
  present(surroundings, json, result, (page) => showAgainst(page, result));
  return result.ok ? 0 : 1;
}

function readNotes(notesIn: AppDoor["notesIn"], path: string, named: string): ReturnType<AppDoor["notesIn"]> {
  let found: ReturnType<AppDoor["notesIn"]>;
  try {
    found = notesIn(path);
  } catch (error) {
    throw new Fault(
      "config-invalid",
      `${named} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      {
        place: named,
        next: "Name a checkpoint, a directory of checkpoints, or a git work tree that this user may read.",
        cause: error,
      },
    );
  }
  if (found.length > 0) return found;
  throw new Fault("config-invalid", `${named} holds no signed checkpoint.`, {
    place: named,
    next: "Name a checkpoint, a directory of checkpoints, or a git work tree that this user may read.",
  });
}

function collected(file: string, before: readonly string[] = []): readonly string[] {
  return [...before, file];
}

/** A fingerprint stands for itself; anything else is the name of a file that holds the key. */
async function keyText(surroundings: Surroundings, named: string): Promise<string> {
  return /^(?:sha256:)?[0-9a-f]{64}$/i.test(named) ? named : await readDocument(surroundings, named);
}

/** The signed note in a file: as it is, or in the JSON that portolan evidence checkpoint prints. */
async function noteIn(surroundings: Surroundings, file: string): Promise<string> {
  const text = (await readDocument(surroundings, file)).replaceAll("\r\n", "\n");
  const note = text.trimStart().startsWith("{") ? noteOfJson(text) : text.slice(Math.max(0, text.search(NOTE)));
  // A mailbox or an editor may have added line ends; a note has exactly one.
  if (note !== undefined && NOTE.test(note)) return `${note.trimEnd()}\n`;
  throw new Fault("config-invalid", `${file} is not a signed checkpoint.`, {
    place: file,
    next: "Give a file that portolan evidence checkpoint printed, with or without --json.",
  });
}

/** Name of the log, number of entries, root: the first three lines of a C2SP checkpoint. */
const NOTE = /^\S+\n\d+\n[A-Za-z0-9+/=]+\n/m;

function noteOfJson(text: string): string | undefined {
  try {
    const { note } = JSON.parse(text) as { readonly note?: unknown };
    return typeof note === "string" ? note : undefined;
  } catch {
    return undefined;
  }
}
