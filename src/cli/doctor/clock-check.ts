import type { Check, Machine } from "./check.ts";

const WATCHED = 250;
const MOST_DRIFT = 50;

/** Checks that the wall clock keeps pace with the monotonic one, and that a time service synchronizes it. */
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
      detail: `the clock jumped by ${drift} ms within ${WATCHED} ms`,
      fix: "let only one time service set it: timedatectl set-ntp true",
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
        detail: "runs evenly; whether it is synchronized is unknown, because no time service reports it",
        fix: "run a time service that timedatectl or chronyc can query; an auditor will ask for it",
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
