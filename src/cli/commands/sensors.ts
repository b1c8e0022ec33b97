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
  portolan sensors                         who reports, and how their clocks go
  portolan sensors enrol web-1             a token for one machine
  portolan sensors revoke web-1 --reason "replaced"

Exit codes: 0 all report, 1 one is silent, 2 error.`;

const ENROL_EXAMPLES = `
Examples:
  portolan sensors enrol web-1
  portolan sensors enrol web-1 --valid 15m --json

The token is shown once and enrols one machine. The record keeps its digest.
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
      .description("Lists the sensors on other machines: their last report, how far their clocks are off, their gaps."),
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
      .summary("a token that lets one machine report, once")
      .description("Makes a token for the sensor of one machine. It is used once and expires.")
      .argument("<name>", "what the machine is called in the record: letters, digits, dots, dashes")
      .option("--valid <duration>", "how long it can be used, at most 7d", "1h"),
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
      .summary("believe nothing more of a sensor")
      .description("From now on nothing that is signed with its key is believed. What it reported stays in the record.")
      .argument("<name>", "the sensor")
      .requiredOption("--reason <text>", "why, for the record"),
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
    "A sensor is called by letters, digits, dots, dashes and underscores, at most 63.",
    {
      place: "NAME",
      next: "Take the host's name, for example.",
    },
  );
}

function validityOf(text: string): number {
  const length = parseDuration(text);
  if (length !== undefined && length >= 60_000 && length <= 7 * 86_400_000) return length;
  throw new Fault("config-invalid", `--valid: '${text}' is no time between 1m and 7d.`, {
    place: "--valid",
    next: "Give one like 1h.",
  });
}
