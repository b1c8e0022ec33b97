import type { Command } from "commander";
import { type DoctorResult, doctorResult } from "../../contract/index.ts";
import { jsonOption } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import type { Check, Machine } from "../doctor/check.ts";
import { checkClock } from "../doctor/clock-check.ts";
import { checkRecord, checkHome } from "../doctor/store-checks.ts";
import { checkDescriptors, checkEngine, checkNode, checkPeers, checkRawSockets } from "../doctor/system-checks.ts";
import { present } from "../present.ts";
import type { ExitCode, Surroundings } from "../surroundings.ts";
import { showDoctor } from "../views/doctor.ts";

const EXAMPLES = `
Examples:
  portolan doctor
  portolan doctor --json

Exit codes: 0 ok or limited, 2 something is broken.`;

export function addDoctor(program: Command, context: Context): void {
  program
    .command("doctor")
    .summary("what this machine can do, and how to fix the rest")
    .description(
      "Checks the requirements on this machine: Node, file descriptors, raw sockets, engine, home, database, clock; and the workers of each vantage point.",
    )
    .addOption(jsonOption(doctorResult))
    .addHelpText("after", EXAMPLES)
    .action((options: { json?: boolean }) => context.ends(examine(context.surroundings, options.json)));
}

async function examine(surroundings: Surroundings, json: boolean | undefined): Promise<ExitCode> {
  const result = await diagnoseHere(surroundings);
  present(surroundings, json, result, (page) => showDoctor(page, result));
  return result.checks.some((check) => check.verdict === "broken") ? 2 : 0;
}

export async function diagnoseHere(surroundings: Surroundings): Promise<DoctorResult> {
  const { thisMachine } = await import("../doctor/machine.ts");
  return await diagnose(surroundings, thisMachine(surroundings.env));
}

const notTried: Check = {
  name: "database",
  verdict: "broken",
  detail: "not tried, because the home directory cannot be used",
  fix: "fix the home directory first",
};

export async function diagnose(surroundings: Surroundings, machine: Machine): Promise<DoctorResult> {
  const engine = await surroundings
    .app()
    .then((door) => door.describeEngine())
    .catch(() => undefined);
  const home = await checkHome(surroundings);
  return {
    schema: "portolan.doctor/1",
    checks: [
      checkNode(machine),
      await checkDescriptors(machine),
      checkRawSockets(engine),
      checkEngine(engine),
      home,
      ...(home.verdict === "broken" ? [notTried] : await checkRecord(surroundings)),
      await checkClock(machine),
      await checkPeers(machine),
    ],
  };
}
