import type { Command } from "commander";
import { OPERATIONS } from "../../contract/index.ts";
import { asks } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import { present } from "../present.ts";
import { withOperations } from "../session.ts";
import { showCheckpoint, showVerification } from "../views/evidence.ts";

const VERIFY_EXAMPLES = `
Examples:
  portolan evidence verify
  portolan evidence verify --json

Exit codes: 0 it verifies, 1 it is broken (names the first bad entry),
2 error.`;

const CHECKPOINT_EXAMPLES = `
Examples:
  portolan evidence checkpoint --json > checkpoint.json

Store it where nobody who runs Portolan can change it.

Exit codes: 0 signed, 2 error.`;

export function addEvidence(program: Command, context: Context): void {
  const { surroundings } = context;
  const evidence = program
    .command("evidence")
    .summary("the evidence log: verify it, sign its head")
    .description("The tamper-evident log of everything recorded.");

  asks(
    evidence
      .command("verify")
      .summary("recompute the whole log and check every signature")
      .description(
        "Recomputes every entry's hash, the tree, and every checkpoint, and names the first entry that does not verify.",
      ),
    OPERATIONS.evidence.verify,
  )
    .addHelpText("after", VERIFY_EXAMPLES)
    .action((options: { json?: boolean }) =>
      context.ends(
        withOperations(surroundings, "record", async (operations) => {
          const result = await operations.evidence.verify();
          present(surroundings, options.json, result, (page) => showVerification(page, result));
          return result.ok ? 0 : 1;
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
}
