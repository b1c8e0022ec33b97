import type { Command } from "commander";
import { inviteBody, OPERATIONS, type Operations } from "../../contract/index.ts";
import { Fault } from "../../model/index.ts";
import type { Page } from "../screen/page.ts";
import { asks } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import { present } from "../present.ts";
import { parseRole, ROLES_HELP } from "../role-argument.ts";
import { withOperations } from "../session.ts";
import { showLink, showUserChange, showUsers } from "../views/users.ts";

const EXAMPLES = `
Examples:
  portolan users first-admin             the link that makes the first admin
  portolan users invite ada@example.com engineer --name "Ada Lovelace"
  portolan users list

${ROLES_HELP}
Exit codes: 0 done, 2 error.`;

interface Json {
  readonly json?: boolean;
}

export function addUsers(program: Command, context: Context): void {
  const users = program
    .command("users")
    .summary("people: invite, roles, disable, links")
    .description("Who may sign in, and as what. Whoever may read the token file of this machine decides it.")
    .addHelpText("after", EXAMPLES);

  const ask = <Result>(
    json: boolean | undefined,
    work: (operations: Operations) => Promise<Result>,
    show: (page: Page, result: Result) => void,
  ): Promise<void> =>
    context.ends(
      withOperations(context.surroundings, "record", async (operations) => {
        const result = await work(operations);
        present(context.surroundings, json, result, (page) => show(page, result));
        return 0;
      }),
    );

  asks(
    users
      .command("list")
      .summary("who may sign in, and as what")
      .description("Lists users with their roles, how they sign in, and since when they are disabled."),
    OPERATIONS.users.list,
  )
    .addHelpText("after", examples("portolan users list", "portolan users list --json"))
    .action(({ json }: Json) => ask(json, (operations) => operations.users.list(), showUsers));

  asks(
    users
      .command("first-admin")
      .summary("the link that makes the first admin")
      .description(
        "Makes a link that works once, for an hour, while there is no user. A new one replaces the one before.",
      ),
    OPERATIONS.users.firstAdmin,
  )
    .addHelpText("after", examples("portolan users first-admin"))
    .action(({ json }: Json) => ask(json, (operations) => operations.users.firstAdmin(), showLink));

  asks(
    users
      .command("invite")
      .summary("let somebody in: gives their one-time link")
      .description("Adds a user and makes the link by which they choose their password. It works once, for three days.")
      .argument("<email>", "who; single sign-on goes by it, too")
      .argument("[role...]", "what they may")
      .requiredOption("--name <name>", "what the record calls them"),
    OPERATIONS.users.invite,
  )
    .addHelpText(
      "after",
      examples(
        'portolan users invite ada@example.com engineer --name "Ada Lovelace"',
        'portolan users invite x@audit.example auditor@2026-03-01..2026-03-31 \\\n    --name "Grace Hopper"',
      ),
    )
    .action((email: string, roles: readonly string[], { name, json }: Json & { name: string }) => {
      const read = inviteBody.safeParse({ email, name, roles: roles.map(parseRole) });
      if (!read.success) throw invalid(read.error.issues[0]);
      return ask(json, (operations) => operations.users.invite(read.data), showLink);
    });

  asks(
    users
      .command("roles")
      .summary("give somebody these roles, in place of those they had")
      .description("Replaces the roles of a user. It holds at once, also for sessions and keys that are in use.")
      .argument("<user>", "e-mail address or id")
      .argument("[role...]", "what they may from now on")
      .option("--none", "take all roles away"),
    OPERATIONS.users.setRoles,
  )
    .addHelpText(
      "after",
      examples(
        "portolan users roles ada@example.com engineer responder",
        "portolan users roles ada@example.com engineer approver@..2026-03-31",
        "portolan users roles ada@example.com --none",
      ),
    )
    .action((user: string, roles: readonly string[], { none, json }: Json & { none?: boolean }) => {
      if ((none === true) === roles.length > 0) {
        throw new Fault("config-invalid", "Give roles, or --none, and not both.", {
          place: "ROLE",
          next: "portolan users list shows which they have.",
        });
      }
      const grants = roles.map(parseRole);
      return ask(json, (operations) => operations.users.setRoles({ id: user, roles: grants }), showUserChange);
    });

  for (const [word, summary, description] of [
    ["disable", "shut an account, at once", "Ends the sessions of the user and stops their keys, at once."],
    ["enable", "open an account again", "Lets the user sign in again. Their keys work again, too."],
  ] as const) {
    asks(
      users.command(word).summary(summary).description(description).argument("<user>", "e-mail address or id"),
      OPERATIONS.users[word],
    )
      .addHelpText("after", examples(`portolan users ${word} ada@example.com`))
      .action((user: string, { json }: Json) =>
        ask(json, (operations) => operations.users[word]({ id: user }), showUserChange),
      );
  }

  asks(
    users
      .command("link")
      .summary("another one-time link, e.g. for a forgotten password")
      .description("Makes a link by which the user chooses a new password. It replaces the one before it.")
      .argument("<user>", "e-mail address or id"),
    OPERATIONS.users.link,
  )
    .addHelpText("after", examples("portolan users link ada@example.com"))
    .action((user: string, { json }: Json) => ask(json, (operations) => operations.users.link({ id: user }), showLink));
}

function examples(...lines: readonly string[]): string {
  const roles = lines.some((line) => /users (invite|roles)/.test(line)) ? `\n${ROLES_HELP}` : "";
  return `\nExamples:\n${lines.map((line) => `  ${line}\n`).join("")}${roles}\nExit codes: 0 done, 2 error.`;
}

function invalid(issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined): Fault {
  const place = String(issue?.path[0] ?? "email").toUpperCase();
  return new Fault("config-invalid", `${place}: ${issue?.message ?? "not accepted"}.`, {
    place,
    next: "See portolan users invite --help.",
  });
}
