import type { Command } from "commander";
import { OPERATIONS, type StatusResult } from "../../contract/index.ts";
import { asks } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import { present } from "../present.ts";
import { withOperations, type LivingServer } from "../session.ts";
import { showStatus } from "../views/status.ts";

const EXAMPLES = `
Examples:
  portolan status
  portolan status --json

Exit codes: 0 answered, 2 error. For deviations, run portolan findings.`;

/** The status with the process that answers, where one runs: only its client knows the URL that it used. */
export function withServer(status: StatusResult, server: LivingServer | undefined): StatusResult {
  if (server === undefined) return status;
  const { url, pid, startedAt } = server;
  return { ...status, server: { url, pid, startedAt } };
}

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
        withOperations(context.surroundings, "scope", async (operations, server) => {
          const result = withServer(await operations.status.get(), server);
          present(context.surroundings, options.json, result, (page) => showStatus(page, result));
          return 0;
        }),
      ),
    );
}
