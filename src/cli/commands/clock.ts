import type { Command } from "commander";
import { OPERATIONS } from "../../contract/index.ts";
import { asks } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import { present } from "../present.ts";
import { withOperations } from "../session.ts";
import { showClock, showClockAccepted } from "../views/clock.ts";

const EXAMPLES = `
Examples:
  portolan clock                                 compare the record and the clock
  portolan clock accept                          the clock is right now

Exit codes: 0, or 2 error.`;

export function addClock(program: Command, context: Context): void {
  const { surroundings } = context;
  const clock = asks(
    program
      .command("clock")
      .summary("compare the record with the clock, and record that it ran ahead")
      .description("Shows the time by this machine's clock, and the latest time in the record."),
    OPERATIONS.clock.get,
  )
    .addHelpText("after", EXAMPLES)
    .action((options: { json?: boolean }) =>
      context.ends(
        withOperations(surroundings, "record", async (operations) => {
          const result = await operations.clock.get();
          present(surroundings, options.json, result, (page) => showClock(page, result));
          return 0;
        }),
      ),
    );

  asks(
    clock
      .command("accept")
      .summary("state that the clock is right now, and ran ahead before")
      .description(
        "Records the step back as an entry and a gap, with your name. States that sweeps recorded with later times are unknown from then on.",
      ),
    OPERATIONS.clock.accept,
  )
    .addHelpText("after", EXAMPLES)
    .action((options: { json?: boolean }) =>
      context.ends(
        withOperations(surroundings, "record", async (operations) => {
          const result = await operations.clock.accept({ requestedBy: surroundings.user });
          present(surroundings, options.json, result, (page) => showClockAccepted(page, result));
          return 0;
        }),
      ),
    );
}
