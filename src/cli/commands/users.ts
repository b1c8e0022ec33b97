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
  portolan users first-admin             a link for the first admin
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
    .description(
      "Users who can sign in, and their roles. Anyone who can read the token file of this machine can change them.",
    )
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
      .summary("who can sign in, and in which role")
      .description("Lists users with their roles, their ways to sign in, and the time they were disabled."),
    OPERATIONS.users.list,
  )
    .addHelpText("after", examples("portolan users list", "portolan users list --json"))
    .action(({ json }: Json) => ask(json, (operations) => operations.users.list(), showUsers));

  asks(
    users
      .command("first-admin")
      .summary("make the link for the first admin")
      .description(
        "Makes a link for the first admin. It works once, for an hour, and only while there is no user. A new link replaces the previous one.",
      ),
    OPERATIONS.users.firstAdmin,
  )
    .addHelpText("after", examples("portolan users first-admin"))
    .action(({ json }: Json) => ask(json, (operations) => operations.users.firstAdmin(), showLink));

  asks(
    users
      .command("invite")
      .summary("invite somebody with a one-time link")
      .description("Adds a user and makes a link with which they choose their password. It works once, for three days.")
      .argument("<email>", "their e-mail address, also for single sign-on")
      .argument("[role...]", "their roles")
      .requiredOption("--name <name>", "their name in the record"),
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
      .summary("replace the roles of a user")
      .description("Replaces the roles of a user. The change takes effect at once, also for open sessions and keys.")
      .argument("<user>", "e-mail address or id")
      .argument("[role...]", "the new roles")
      .option("--none", "remove all roles"),
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
        throw new Fault("config-invalid", "Give roles or --none, not both.", {
          place: "ROLE",
          next: "Run portolan users list to see their current roles.",
        });
      }
      const grants = roles.map(parseRole);
      return ask(json, (operations) => operations.users.setRoles({ id: user, roles: grants }), showUserChange);
    });

  for (const [word, summary, description] of [
    ["disable", "disable an account at once", "Ends the sessions of the user and disables their keys, at once."],
    ["enable", "enable an account again", "Lets the user sign in again. Their keys work again as well."],
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
      .command("person")
      .summary("state whose account it is, if somebody has several")
      .description(
        "States that two accounts are of one person, or that an account is of somebody else. Nobody approves what the same person proposed from another account.",
      )
      .argument("<user>", "e-mail address or id")
      .option("--same-as <user>", "e-mail address of another account of the same person")
      .option("--separate", "the account is of a person without other accounts"),
    OPERATIONS.users.samePerson,
  )
    .addHelpText(
      "after",
      examples(
        "portolan users person ada@example.com --same-as ada@admin.example.com",
        "portolan users person ada@example.com --separate",
      ),
    )
    .action((user: string, { sameAs, separate, json }: Json & { sameAs?: string; separate?: boolean }) => {
      if ((separate === true) === (sameAs !== undefined)) {
        throw new Fault("config-invalid", "Give --same-as or --separate, and not both.", {
          place: "USER",
          next: "Run portolan users list to see which accounts are known to be of one person.",
        });
      }
      return ask(
        json,
        (operations) =>
          sameAs === undefined
            ? operations.users.ownPerson({ id: user })
            : operations.users.samePerson({ id: user, sameAs }),
        showUserChange,
      );
    });

  asks(
    users
      .command("link")
      .summary("make another one-time link, e.g. for a forgotten password")
      .description("Makes a link with which the user chooses a new password. It replaces the previous link.")
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
