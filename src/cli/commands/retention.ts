import type { Command } from "commander";
import { OPERATIONS } from "../../contract/index.ts";
import { Fault } from "../../model/index.ts";
import { asks } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import { parseKeep } from "../keep-argument.ts";
import { present } from "../present.ts";
import { withOperations } from "../session.ts";
import { parseTime, readingOf, TIME_HELP } from "../time-argument.ts";
import { parseWhole } from "../arguments.ts";
import { showHold, showHolds, showPruned, showRetention, showRetentionSet } from "../views/retention.ts";

const EXAMPLES = `
Examples:
  portolan retention show                        how long what is kept
  portolan retention prune --dry-run             what would be deleted now
  portolan retention set --keep sweeps=2y --reason "decision 2026-4"

Kinds: sweeps, intervals, findings, access. Times: 6y, 18mo.
portolan start prunes once a day. docs/guide/retention.md explains it.

Exit codes: 0, or 2 error.`;

const HOLD_EXAMPLES = `
Examples:
  portolan retention hold set --asset web-1 --from 2024-03-01 --to 2024-06-01 \\
    --reason "case 2026-17"
  portolan retention hold set --all --from -90d --reason "case 2026-18"
  portolan retention hold list
  portolan retention hold lift 3 --reason "case 2026-17 is closed"

${TIME_HELP}

Exit codes: 0, or 2 error.`;

interface Json {
  readonly json?: boolean;
}

export function addRetention(program: Command, context: Context): void {
  const { surroundings } = context;
  const retention = program
    .command("retention")
    .summary("how long what is kept, legal holds, and pruning")
    .description("Sets and shows how long what is kept, keeps what is under a legal hold, and deletes the rest.")
    .addHelpText("after", EXAMPLES);

  asks(
    retention
      .command("show")
      .summary("how long each kind of record is kept")
      .description("Shows the policy, what a pruning would delete now, and what is never deleted."),
    OPERATIONS.retention.show,
  )
    .addHelpText("after", EXAMPLES)
    .action(({ json }: Json) =>
      context.ends(
        withOperations(surroundings, "record", async (operations) => {
          const result = await operations.retention.show();
          present(surroundings, json, result, (page) => showRetention(page, result));
          return 0;
        }),
      ),
    );

  asks(
    retention
      .command("set")
      .summary("set how long kinds of record are kept")
      .description("Sets how long kinds of record are kept, as an entry with your name. The others stay as they are.")
      .requiredOption("--keep <kind=time...>", "a kind and its time, e.g. sweeps=2y")
      .requiredOption("--reason <text>", "why")
      .option("--allow-under-a-year", "less than twelve months is meant"),
    OPERATIONS.retention.set,
  )
    .addHelpText("after", EXAMPLES)
    .action((options: Json & { keep: readonly string[]; reason: string; allowUnderAYear?: boolean }) => {
      const months = parseKeep(options.keep);
      return context.ends(
        withOperations(surroundings, "record", async (operations) => {
          const { reason, allowUnderAYear = false } = options;
          const request = { months, reason, allowUnderAYear, requestedBy: surroundings.user };
          const result = await operations.retention.set(request);
          present(surroundings, options.json, result, (page) => showRetentionSet(page, result));
          return 0;
        }),
      );
    });

  asks(
    retention
      .command("prune")
      .summary("delete what has been kept for its time")
      .description(
        "Deletes what has been kept for its time and is under no legal hold, as portolan start does every day.",
      )
      .option("--dry-run", "show what would be deleted, and delete nothing"),
    OPERATIONS.retention.prune,
  )
    .addHelpText("after", EXAMPLES)
    .action(({ json, dryRun }: Json & { dryRun?: boolean }) =>
      context.ends(
        withOperations(surroundings, "record", async (operations) => {
          if (dryRun === true) {
            const result = await operations.retention.show();
            present(surroundings, json, result, (page) => showRetention(page, result));
            return 0;
          }
          const result = await operations.retention.prune({ requestedBy: surroundings.user });
          present(surroundings, json, result, (page) => showPruned(page, result));
          return 0;
        }),
      ),
    );

  addHolds(retention, context);
}

function addHolds(retention: Command, context: Context): void {
  const { surroundings } = context;
  const hold = retention
    .command("hold")
    .summary("legal holds: what must not be deleted")
    .description("Sets, lists and lifts legal holds: what they hold is not deleted, whatever the policy says.")
    .addHelpText("after", HOLD_EXAMPLES);

  asks(
    hold
      .command("set")
      .summary("keep what concerns an asset, or everything, of a period")
      .description("Keeps what concerns an asset, or everything, of a period, until the hold is lifted.")
      .option("--asset <name>", "what concerns this asset")
      .option("--all", "everything")
      .requiredOption("--from <time>", "start of the period")
      .option("--to <time>", "end of the period (default: open, until the hold is lifted)")
      .requiredOption("--reason <text>", "why, e.g. the number of a case"),
    OPERATIONS.retention.hold,
  )
    .addHelpText("after", HOLD_EXAMPLES)
    .action((options: Json & { asset?: string; all?: boolean; from: string; to?: string; reason: string }) => {
      if ((options.asset === undefined) === (options.all !== true)) {
        throw new Fault("config-invalid", "A hold is of one asset, or of everything.", {
          place: "--asset",
          next: "Give either --asset NAME or --all.",
        });
      }
      const reading = readingOf(surroundings);
      const from = parseTime(options.from, "--from", reading);
      const to = options.to === undefined ? undefined : parseTime(options.to, "--to", reading);
      return context.ends(
        withOperations(surroundings, "record", async (operations) => {
          const { asset, reason } = options;
          const result = await operations.retention.hold({ asset, from, to, reason, requestedBy: surroundings.user });
          present(surroundings, options.json, result, (page) => showHold(page, result));
          return 0;
        }),
      );
    });

  asks(
    hold
      .command("list")
      .summary("list legal holds, those that were lifted included")
      .description("Lists legal holds: who set them, why, and for which period."),
    OPERATIONS.retention.holds,
  )
    .addHelpText("after", HOLD_EXAMPLES)
    .action(({ json }: Json) =>
      context.ends(
        withOperations(surroundings, "record", async (operations) => {
          const result = await operations.retention.holds();
          present(surroundings, json, result, (page) => showHolds(page, result));
          return 0;
        }),
      ),
    );

  asks(
    hold
      .command("lift")
      .summary("lift a legal hold")
      .description("Lifts a legal hold. The next pruning deletes what has been kept for its time.")
      .argument("<hold>", "its number")
      .requiredOption("--reason <text>", "why"),
    OPERATIONS.retention.lift,
  )
    .addHelpText("after", HOLD_EXAMPLES)
    .action((number: string, options: Json & { reason: string }) => {
      const id = parseWhole(number, "<hold>", 1, 2_147_483_647);
      return context.ends(
        withOperations(surroundings, "record", async (operations) => {
          const request = { hold: id, reason: options.reason, requestedBy: surroundings.user };
          const result = await operations.retention.lift(request);
          present(surroundings, options.json, result, (page) => showHold(page, result));
          return 0;
        }),
      );
    });
}
