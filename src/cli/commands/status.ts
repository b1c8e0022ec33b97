import type { Command } from "commander";
import { OPERATIONS } from "../../contract/index.ts";
import { asks } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import { present } from "../present.ts";
import { withOperations } from "../session.ts";
import { showStatus } from "../views/status.ts";

const EXAMPLES = `
Examples:
  portolan status
  portolan status --json

Exit codes: 0 answered, 2 error. For deviations, run portolan findings.`;

export function addStatus(program: Command, context: Context): void {
  asks(
    program
      .command("status")
      .summary("scope, coverage, open findings, head of the evidence log")
      .description(
        "Shows the scope, how much of it is known now, the last sweep of each target, open findings, and the head of the evidence log.",
      ),
    OPERATIONS.status.get,
  )
    .addHelpText("after", EXAMPLES)
    .action((options: { json?: boolean }) =>
      context.ends(
        withOperations(context.surroundings, "scope", async (operations) => {
          const result = await operations.status.get();
          present(context.surroundings, options.json, result, (page) => showStatus(page, result));
          return 0;
        }),
      ),
    );
}
