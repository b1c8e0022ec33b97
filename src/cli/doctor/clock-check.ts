import type { Check, Machine } from "./check.ts";

const WATCHED = 250;
const MOST_DRIFT = 50;

/** Whether the wall clock runs as the monotonic one does, and whether somebody keeps it right. */
export async function checkClock(machine: Machine): Promise<Check> {
  const name = "clock";
  const before = machine.clocks();
  await machine.pause(WATCHED);
  const after = machine.clocks();
  const drift = Math.round(after.wall - before.wall - (after.monotonic - before.monotonic));
  if (Math.abs(drift) > MOST_DRIFT) {
    return {
      name,
      verdict: "limited",
      detail: `the clock was moved by ${drift} ms while it was watched for ${WATCHED} ms`,
      fix: "let one time service alone set it: timedatectl set-ntp true",
    };
  }
  const synchronized = await isSynchronized(machine);
  switch (synchronized) {
    case true:
      return { name, verdict: "ok", detail: "synchronized" };
    case false:
      return {
        name,
        verdict: "limited",
        detail: "not synchronized, so recorded times may be wrong",
        fix: "timedatectl set-ntp true, or install chrony",
      };
    case undefined:
      return {
        name,
        verdict: "limited",
        detail: "runs evenly; whether it is synchronized is unknown, because nothing here says so",
        fix: "an auditor will ask: run a time service that timedatectl or chronyc can report on",
      };
  }
}

async function isSynchronized(machine: Machine): Promise<boolean | undefined> {
  const answer = (await machine.output("timedatectl", ["show", "--property=NTPSynchronized", "--value"]))?.trim();
  if (answer === "yes") return true;
  if (answer === "no") return false;
  const leap = /^Leap status\s*:\s*(.+)$/m.exec((await machine.output("chronyc", ["tracking"])) ?? "")?.[1]?.trim();
  if (leap !== undefined) return leap !== "Not synchronised";
  return undefined;
}
