import type { Command } from "commander";
import { OPERATIONS } from "../../contract/index.ts";
import { Fault, parseDuration } from "../../model/index.ts";
import { asks } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import { present } from "../present.ts";
import { withOperations } from "../session.ts";
import { showInvitation, showRevocation, showSensors } from "../views/sensors.ts";

const LIST_EXAMPLES = `
Examples:
  portolan sensors                         their last reports and clock offsets
  portolan sensors enrol web-1             a token for one machine
  portolan sensors revoke web-1 --reason "replaced"

Exit codes: 0 all report, 1 at least one is silent, 2 error.`;

const ENROL_EXAMPLES = `
Examples:
  portolan sensors enrol web-1
  portolan sensors enrol web-1 --valid 15m --json

The token is shown once and enrols one machine. The record stores its digest.
Exit codes: 0 made, 2 error.`;

const REVOKE_EXAMPLES = `
Examples:
  portolan sensors revoke web-1 --reason "the machine was sold"

Exit codes: 0 revoked, 2 error.`;

export function addSensors(program: Command, context: Context): void {
  const { surroundings } = context;
  const sensors = asks(
    program
      .command("sensors")
      .summary("sensors on other machines: list, enrol, revoke")
      .description("Lists the sensors on other machines: their last report, their clock offset, their gaps."),
    OPERATIONS.sensors.list,
  )
    .addHelpText("after", LIST_EXAMPLES)
    .action((options: { json?: boolean }) =>
      context.ends(
        withOperations(surroundings, "record", async (operations) => {
          const result = await operations.sensors.list();
          present(surroundings, options.json, result, (page) => showSensors(page, result));
          return result.sensors.some(({ state }) => state === "silent") ? 1 : 0;
        }),
      ),
    );

  asks(
    sensors
      .command("enrol")
      .summary("make a token that enrols one machine, once")
      .description("Makes a token that enrols the sensor of one machine. It works once, and expires.")
      .argument("<name>", "name of the machine in the record: letters, digits, dots, dashes")
      .option("--valid <duration>", "lifetime of the token, at most 7d", "1h"),
    OPERATIONS.sensors.invite,
  )
    .addHelpText("after", ENROL_EXAMPLES)
    .action((name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<{ valid: string; json?: boolean }>();
      const request = { name: nameOf(name), validFor: validityOf(options.valid), requestedBy: surroundings.user };
      return context.ends(
        withOperations(surroundings, "record", async (operations) => {
          const result = await operations.sensors.invite(request);
          present(surroundings, options.json, result, (page) => showInvitation(page, result));
          return 0;
        }),
      );
    });

  asks(
    sensors
      .command("revoke")
      .summary("accept no further reports from a sensor")
      .description(
        "From now on, the server refuses every report signed with its key. Its earlier reports stay in the record.",
      )
      .argument("<name>", "name of the sensor")
      .requiredOption("--reason <text>", "the reason, for the record"),
    OPERATIONS.sensors.revoke,
  )
    .addHelpText("after", REVOKE_EXAMPLES)
    .action((name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<{ reason: string; json?: boolean }>();
      const request = { name: nameOf(name), reason: options.reason, requestedBy: surroundings.user };
      return context.ends(
        withOperations(surroundings, "record", async (operations) => {
          const result = await operations.sensors.revoke(request);
          present(surroundings, options.json, result, (page) => showRevocation(page, result));
          return 0;
        }),
      );
    });
}

function nameOf(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(text)) return text;
  throw new Fault(
    "config-invalid",
    "The name of a sensor consists of at most 63 letters, digits, dots, dashes and underscores.",
    {
      place: "NAME",
      next: "Use the host's name, for example.",
    },
  );
}

function validityOf(text: string): number {
  const length = parseDuration(text);
  if (length !== undefined && length >= 60_000 && length <= 7 * 86_400_000) return length;
  throw new Fault("config-invalid", `--valid: '${text}' is not a duration between 1m and 7d.`, {
    place: "--valid",
    next: "Give a duration such as 1h.",
  });
}
