import { Option, type Command } from "commander";
import { keyBody, OPERATIONS, permissionsForKeys } from "../../contract/index.ts";
import { Fault, ROLES } from "../../model/index.ts";
import { parseWhole } from "../arguments.ts";
import { asks } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import { present } from "../present.ts";
import { withOperations } from "../session.ts";
import { showKeyMade, showKeyRevoked, showKeys } from "../views/keys.ts";

const LIST_EXAMPLES = `
Examples:
  portolan keys list
  portolan keys list --json

Exit codes: 0 listed, 2 error.`;

const MAKE_EXAMPLES = `
Examples:
  portolan keys make --user ada@example.com --name ci --allow record:read
  portolan keys make --user ada@example.com --name nightly --days 30 \\
    --allow record:read sweep:run --json > key.json

The key is shown once; the record stores its digest. It can do only what it was
issued for, within the roles that its user has at that time.
Exit codes: 0 made, 2 error.`;

const REVOKE_EXAMPLES = `
Examples:
  portolan keys revoke c3a7f0d4-9c5e-4f0a-b1b6-3b7e5a8d9e33

Exit codes: 0 revoked, 2 error.`;

interface MakeOptions {
  readonly user: string;
  readonly name: string;
  readonly allow: readonly string[];
  readonly days: string;
  readonly json?: boolean;
}

export function addKeys(program: Command, context: Context): void {
  const { surroundings } = context;
  const keys = program
    .command("keys")
    .summary("API keys of programs: make, list, revoke")
    .description(
      "Keys with which programs use the API: each acts for a user, can do only what it was issued for, and expires.",
    )
    .addHelpText("after", MAKE_EXAMPLES);

  asks(
    keys
      .command("list")
      .summary("the keys of all users, without the secrets")
      .description("Lists the keys with their user, permissions, expiry, and the hour of their last use."),
    OPERATIONS.keys.list,
    { request: { all: true } },
  )
    .addHelpText("after", LIST_EXAMPLES)
    .action(({ json }: { json?: boolean }) =>
      context.ends(
        withOperations(surroundings, "record", async (operations) => {
          const result = await operations.keys.list({ all: true });
          present(surroundings, json, result, (page) => showKeys(page, result));
          return 0;
        }),
      ),
    );

  asks(
    keys
      .command("make")
      .summary("make a key for a program, shown once")
      .description("Makes a key that acts for a user, and shows it once.")
      .requiredOption("--user <email>", "the user it acts for")
      .requiredOption("--name <name>", "name of the key, e.g. its purpose")
      .addOption(
        new Option("--allow <permission...>", "what the key can do")
          .choices(permissionsForKeys(ROLES))
          .makeOptionMandatory(),
      )
      .option("--days <number>", "days until it expires, at most 366", "90"),
    OPERATIONS.keys.make,
  )
    .addHelpText("after", MAKE_EXAMPLES)
    .action((options: MakeOptions) => {
      const days = parseWhole(options.days, "--days", 1, 366);
      const { user, name, allow } = options;
      const read = keyBody.safeParse({ user, name, permissions: [...new Set(allow)], days });
      if (!read.success) {
        const [issue] = read.error.issues;
        const place = `--${String(issue?.path[0] ?? "user")}`;
        throw new Fault("config-invalid", `${place}: ${issue?.message ?? "not accepted"}.`, {
          place,
          next: "See portolan keys make --help.",
        });
      }
      return context.ends(
        withOperations(surroundings, "record", async (operations) => {
          const result = await operations.keys.make(read.data);
          present(surroundings, options.json, result, (page) => showKeyMade(page, result));
          return 0;
        }),
      );
    });

  asks(
    keys
      .command("revoke")
      .summary("revoke a key, at once and for good")
      .description("Revokes a key at once and for good. Its past actions stay in the record.")
      .argument("<id>", "ID of the key, from keys list"),
    OPERATIONS.keys.revoke,
  )
    .addHelpText("after", REVOKE_EXAMPLES)
    .action((id: string, { json }: { json?: boolean }) =>
      context.ends(
        withOperations(surroundings, "record", async (operations) => {
          const result = await operations.keys.revoke({ id });
          present(surroundings, json, result, (page) => showKeyRevoked(page, result));
          return 0;
        }),
      ),
    );
}
