import type { Command } from "commander";
import { OPERATIONS } from "../../contract/index.ts";
import { asks } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import { present } from "../present.ts";
import { withOperations } from "../session.ts";
import { showSessionRevoked, showSessions } from "../views/sessions.ts";

const LIST_EXAMPLES = `
Examples:
  portolan sessions list
  portolan sessions list --json

Exit codes: 0 listed, 2 error.`;

const REVOKE_EXAMPLES = `
Examples:
  portolan sessions revoke e1d2c3b4-1a2b-4c3d-8e4f-5a6b7c8d9e44

Exit codes: 0 ended, 2 error.`;

export function addSessions(program: Command, context: Context): void {
  const { surroundings } = context;
  const sessions = program
    .command("sessions")
    .summary("where people are signed in: list, revoke")
    .description("Where people are signed in. A session expires twelve hours after the sign-in.")
    .addHelpText("after", LIST_EXAMPLES);

  asks(
    sessions
      .command("list")
      .summary("the sessions of all users")
      .description("Lists who is signed in, from which address, and until when."),
    OPERATIONS.sessions.list,
    { request: { all: true } },
  )
    .addHelpText("after", LIST_EXAMPLES)
    .action(({ json }: { json?: boolean }) =>
      context.ends(
        withOperations(surroundings, "record", async (operations) => {
          const result = await operations.sessions.list({ all: true });
          present(surroundings, json, result, (page) => showSessions(page, result));
          return 0;
        }),
      ),
    );

  asks(
    sessions
      .command("revoke")
      .summary("end a session at once")
      .description("Ends a session: its next request is refused.")
      .argument("<id>", "ID of the session, from sessions list"),
    OPERATIONS.sessions.revoke,
  )
    .addHelpText("after", REVOKE_EXAMPLES)
    .action((id: string, { json }: { json?: boolean }) =>
      context.ends(
        withOperations(surroundings, "record", async (operations) => {
          const result = await operations.sessions.revoke({ id });
          present(surroundings, json, result, (page) => showSessionRevoked(page, result));
          return 0;
        }),
      ),
    );
}
